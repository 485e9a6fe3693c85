import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, sayAll } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

const inList = ({ page }: Person, name: RegExp) =>
  page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name })

const goHome = async ({ page }: Person) => {
  await page.getByRole('link', { name: 'Holdfast, start page' }).click()
  await page.getByRole('heading', { name: /^Good to see you/ }).waitFor()
}

/** How far a person has read in their only room, as the server has it. */
const lastRead = async (person: Person) => {
  const { rooms } = (await rest(stage.server.url, person, 'GET', '/rooms')) as { rooms: { lastReadSeq: number }[] }
  return rooms[0]?.lastReadSeq
}

/** The seq of the last row that is on the screen, to half at least. */
const lastOnScreen = ({ log }: Person) =>
  log.evaluate(scroller => {
    const { bottom } = scroller.getBoundingClientRect()
    const rows = [...scroller.querySelectorAll<HTMLElement>('[data-row][data-seq]')]
    const seen = rows.filter(row => {
      const place = row.getBoundingClientRect()
      return place.top + place.height / 2 <= bottom
    })
    return Number(seen.at(-1)?.dataset.seq)
  })

/** Takes the window's focus away or gives it back, as another window does. */
const attend = ({ page }: Person, isAttended: boolean) =>
  page.evaluate(has => {
    Object.defineProperty(document, 'hasFocus', { configurable: true, value: () => has })
    window.dispatchEvent(new Event(has ? 'focus' : 'blur'))
  }, isAttended)

it('two type, leave, come back; what is read on one device clears the badge on the other', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Quay')
  const ben = await stage.person('Ben')
  await ben.join(path)
  const phone = await stage.deviceOf(ben, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await inList(phone, /Quay/).waitFor()

  await Promise.all([ana.composer.pressSequentially('on my'), ben.composer.pressSequentially('where')])
  await Promise.all([ana.page.getByText('Ben is typing').waitFor(), ben.page.getByText('Ana is typing').waitFor()])
  await ben.composer.press('Enter')
  await ana.sees('where')
  await goHome(ben)
  await ana.composer.press('Enter')
  await ana.say('almost there')
  for (const device of [ben, phone]) await inList(device, /Quay/).filter({ hasText: '2 unread' }).waitFor()
  await ana.row('almost there').getByText('Sent', { exact: true }).waitFor()

  await inList(ben, /Quay/).click()
  await ben.sees('almost there')
  for (const device of [ben, phone]) await inList(device, /Quay/).filter({ hasNotText: 'unread' }).waitFor()
  await ana.row('almost there').getByRole('button', { name: 'Seen', exact: true }).waitFor()
})

it('only what is on the screen counts as read, row by row', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Long')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await goHome(ben)
  const news = Array.from({ length: 40 }, (_, number) => `news ${number} ${'and more of it '.repeat(10)}`)
  await sayAll(stage.server.url, ana, path, news)
  await inList(ben, /Long/).filter({ hasText: '40 unread' }).click()
  await ben.page.getByRole('heading', { name: 'New messages' }).waitFor()
  const follows = () =>
    expect
      .poll(async () => [await lastRead(ben), await lastOnScreen(ben)])
      .toSatisfy(([read, shown]: number[]) => read === shown)
  await follows()
  const first = await lastRead(ben)
  await ben.log.hover()
  await ben.page.mouse.wheel(0, 700)
  await expect.poll(() => lastRead(ben)).toBeGreaterThan(first ?? Number.NaN)
  await follows()
  const further = await lastRead(ben)
  await ben.page.mouse.wheel(0, -700)
  await ben.page.getByRole('button', { name: 'Jump to latest' }).waitFor()
  expect(await lastRead(ben), 'scrolling back unreads nothing').toBe(further)
  await ben.page.getByRole('button', { name: 'Jump to latest' }).click()
  await inList(ben, /Long/).filter({ hasNotText: 'unread' }).waitFor()
})

it('what comes while nobody looks at the window is not read; looking at it reads it', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Aside')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await attend(ben, false)
  await ana.say('are you there?')
  await ben.sees('are you there?')
  await inList(ben, /Aside/).filter({ hasText: '1 unread' }).waitFor()
  await ana.row('are you there?').getByText('Sent', { exact: true }).waitFor()
  await attend(ben, true)
  await inList(ben, /Aside/).filter({ hasNotText: 'unread' }).waitFor()
  await ana.row('are you there?').getByRole('button', { name: 'Seen', exact: true }).waitFor()
})

it('marked unread from a message: the badge is back on every device, the line stands there, and only leaving ends it', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Later')
  const ben = await stage.person('Ben')
  await ben.join(path)
  const phone = await stage.deviceOf(ben)
  for (const words of ['first', 'second', 'third']) await ana.say(words)
  await ben.sees('third')
  await inList(phone, /Later/).filter({ hasNotText: 'unread' }).waitFor()

  await ben.act('second', 'Mark unread from here')
  for (const device of [ben, phone]) await inList(device, /Later/).filter({ hasText: '2 unread' }).waitFor()
  const order = () => ben.log.locator('[data-row] .hf-bubble-text, [data-kind="new"]').allTextContents()
  await expect.poll(order).toEqual(['first', 'New messages', 'second', 'third'])
  await ana.row('third').getByRole('button', { name: 'Seen', exact: true }).waitFor()

  await ana.say('fourth')
  await ben.sees('fourth')
  for (const device of [ben, phone]) await inList(device, /Later/).filter({ hasText: '3 unread' }).waitFor()
  await goHome(ben)
  await inList(ben, /Later/).filter({ hasText: '3 unread' }).click()
  for (const device of [ben, phone]) await inList(device, /Later/).filter({ hasNotText: 'unread' }).waitFor()
})

it('marking unread has a key and a click with Alt; own messages are not offered it', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Keys')
  const ben = await stage.person('Ben')
  await ben.join(path)
  for (const words of ['first', 'second']) await ana.say(words)
  await ben.sees('second')
  await ben.row('second').focus()
  await ben.page.keyboard.press('u')
  await inList(ben, /Keys/).filter({ hasText: '1 unread' }).waitFor()
  await ben
    .row('first')
    .locator('.hf-bubble')
    .click({ modifiers: ['Alt'] })
  await inList(ben, /Keys/).filter({ hasText: '2 unread' }).waitFor()
  await ben.say('mine')
  await ben.sees('mine')
  await ben.row('mine').hover()
  expect(await ben.row('mine').getByRole('button', { name: 'Mark unread from here' }).count()).toBe(0)
})

it('while messages are marked unread a line says that reading is paused; its button, a press on a row and a key end it', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Paused')
  const ben = await stage.person('Ben')
  await ben.join(path)
  for (const words of ['first', 'second', 'third']) await ana.say(words)
  await ben.sees('third')
  const paused = ben.page.getByRole('status').filter({ hasText: 'Marked unread' })
  const unread = (count: number) => inList(ben, /Paused/).filter({ hasText: `${count} unread` })
  const endsBy = async (end: () => Promise<unknown>) => {
    await inList(ben, /Paused/)
      .filter({ hasNotText: 'unread' })
      .waitFor()
    await ben.row('second').focus()
    await ben.page.keyboard.press('u')
    await unread(2).waitFor()
    await paused.waitFor()
    await end()
    await paused.waitFor({ state: 'detached' })
    await inList(ben, /Paused/)
      .filter({ hasNotText: 'unread' })
      .waitFor()
  }
  await endsBy(async () => {
    expect(await ben.violations()).toEqual([])
    await ben.page.getByRole('button', { name: 'Mark as read' }).click()
  })
  expect(await ben.log.evaluate(log => log === document.activeElement)).toBe(true)
  await endsBy(() => ben.row('third').locator('.hf-bubble').click())
  await endsBy(() => ben.page.keyboard.press('Enter'))
  // Looked for from before on: it is not said for long.
  const isTold = ana.page.getByText('Ben is typing').waitFor()
  await endsBy(() => ben.composer.press('w'))
  await isTold
  await ana.say('fourth')
  await ben.sees('fourth')
  await ana.row('fourth').getByRole('button', { name: 'Seen', exact: true }).waitFor()
})

it('a key that would mark one’s own message says why it does not', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Own')
  await ana.say('mine')
  await ana.sees('mine')
  await ana.row('mine').focus()
  await ana.page.keyboard.press('u')
  await ana.page.getByRole('alert').filter({ hasText: 'Only others’ messages can be left unread.' }).waitFor()
})

it('a muted room says so in its header, on every device, and can be unmuted', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Loud')
  const other = await stage.deviceOf(ana)
  await other.page.goto(path)
  await other.composer.waitFor()
  const mute = async (person: Person, item: string) => {
    await person.page.getByRole('button', { name: 'Room menu' }).click()
    await person.page.getByRole('menuitem', { name: item, exact: true }).click()
  }
  const mark = ({ page }: Person) => page.locator('.hf-room-head').getByText('Muted', { exact: true })
  await mute(ana, 'Mute room')
  await mark(ana).waitFor()
  await mark(other).waitFor()
  expect(await ana.violations()).toEqual([])
  await mute(other, 'Unmute room')
  await mark(ana).waitFor({ state: 'detached' })
})
