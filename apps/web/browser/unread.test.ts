import { expect, it } from 'vitest'
import { rest, sayAll } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

it('what is unread is counted in the list and in the title, marked by a line, and cleared by reading it', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('News')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ana.say('read by both')
  await ben.sees('read by both')
  await ben.page.getByRole('link', { name: 'Holdfast, start page' }).click()
  await ben.page.getByRole('heading', { name: 'Good to see you, Ben' }).waitFor()

  await ana.say('first news')
  await ana.say('second news')
  const link = ben.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /News/ })
  await link.filter({ hasText: '2 unread' }).waitFor()
  await ben.page.waitForFunction(() => document.title === '(1) Holdfast')

  await link.click()
  await ben.sees('second news')
  const line = ben.page.getByRole('heading', { name: 'New messages' })
  await line.waitFor()
  const order = await ben.log.locator('[data-row], [data-kind="new"]').allTextContents()
  expect(order.indexOf('New messages')).toBe(1)
  await link.filter({ hasNotText: 'unread' }).waitFor()
  await ben.page.waitForFunction(() => document.title === 'News · Holdfast')
  expect(await line.isVisible(), 'the line stays while it is being read').toBe(true)

  // The position travels at most twice a second: what is asked here is the server.
  await expect
    .poll(async () => {
      const { rooms } = (await rest(stage.server.url, ben, 'GET', '/rooms')) as { rooms: { unread: number }[] }
      return rooms.map(room => room.unread)
    })
    .toEqual([0])
  await ben.page.reload()
  await ben.sees('second news')
  await link.filter({ hasNotText: 'unread' }).waitFor()
  expect(await line.count(), 'what was read is no news after a reload').toBe(0)
})

it('a room opens where the unread begins, and counts as read as far as it was seen', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Busy')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ben.page.getByRole('link', { name: 'Holdfast, start page' }).click()
  const news = Array.from({ length: 40 }, (_, number) => `news ${number} ${'and more of it '.repeat(10)}`)
  await sayAll(stage.server.url, ana, path, news)
  const link = ben.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /Busy/ })
  await link.filter({ hasText: '40 unread' }).waitFor()
  await link.click()
  const line = ben.page.getByRole('heading', { name: 'New messages' })
  await line.waitFor()
  // Where in the view it stands: 0 at the top, 1 at the bottom.
  const height = async () => {
    const [view, place] = [await ben.log.boundingBox(), await line.boundingBox()]
    return ((place?.y ?? Number.NaN) - (view?.y ?? 0)) / (view?.height ?? 1)
  }
  await expect.poll(height).toSatisfy((share: number) => share >= 0 && share < 0.5)
  await link.filter({ hasText: /[23]\d unread/ }).waitFor()
  await ben.page.getByRole('button', { name: 'Jump to latest' }).click()
  await link.filter({ hasNotText: 'unread' }).waitFor()
})

it('of more unread messages than a room opens with, the line stands above the first, and none is read unseen', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Crowded')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ana.say('read by both')
  await ben.sees('read by both')
  // Begun anew: the room is opened with a window of it, not followed.
  await ben.page.goto('/')
  const news = (from: number) => Array.from({ length: 70 }, (_, number) => `news ${from + number}`)
  await sayAll(stage.server.url, ana, path, news(0))
  await sayAll(stage.server.url, ana, path, news(70))
  const link = ben.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /Crowded/ })
  await link.filter({ hasText: '99+ unread' }).waitFor()
  await link.click()
  await ben.page.getByRole('heading', { name: 'New messages' }).waitFor()
  const order = await ben.log.locator('[data-row] .hf-bubble-text, [data-kind="new"]').allTextContents()
  expect(order[order.indexOf('New messages') + 1]).toBe('news 0')
  await ben.page.getByRole('button', { name: 'Jump to latest' }).waitFor()
  // Told half a second after it is read: what is asked here is the server.
  const read = async () => {
    const { rooms } = (await rest(stage.server.url, ben, 'GET', '/rooms')) as { rooms: { lastReadSeq: number }[] }
    return rooms[0]?.lastReadSeq ?? 0
  }
  const seqOf = async (words: string) => Number(await ben.row(words).first().getAttribute('data-seq'))
  await expect.poll(read).toBeGreaterThan(await seqOf('news 0'))
  expect(await read()).toBeLessThan(await seqOf('news 40'))
})

it('a room that was read before opens where the unread begins too', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Seen before')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ana.say('old words')
  await ben.sees('old words')
  await ben.page.getByRole('link', { name: 'Holdfast, start page' }).click()
  // Cut off and back, so that what comes meanwhile is not followed live but caught up with.
  await ben.context.setOffline(true)
  await ben.page.getByText(/You are offline/).waitFor()
  const news = Array.from({ length: 40 }, (_, number) => `news ${number} ${'and more of it '.repeat(10)}`)
  await sayAll(stage.server.url, ana, path, news)
  const link = ben.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /Seen before/ })
  await link.click()
  await ben.sees('old words')
  await ben.context.setOffline(false)
  await ben.page.getByRole('heading', { name: 'New messages' }).waitFor()
  await ben.page.getByRole('button', { name: 'Jump to latest' }).waitFor()
  await link.filter({ hasText: /[23]\d unread/ }).waitFor()
})
