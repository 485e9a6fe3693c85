import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, sayAll, userIdOf } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

/** Fills a room with messages of different heights, numbered from `from`. */
function fill(person: Person, path: string, from: number, count: number): Promise<string[]> {
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  const contents = numbers.map(number => `message ${number}.${' and more words'.repeat((number * 7) % 40)}`)
  return sayAll(stage.server.url, person, path, contents)
}

/** How far the first row in view stands from the top of the view, and which it is, by its words: its status changes. */
function firstInView(person: Person): Promise<{ text: string; top: number }> {
  return person.log.evaluate(log => {
    const view = log.getBoundingClientRect().top
    const row = [...log.querySelectorAll('[data-row]')].find(each => each.getBoundingClientRect().bottom > view + 1)
    return {
      text: row?.querySelector('.hf-bubble-text')?.textContent ?? '',
      top: (row?.getBoundingClientRect().top ?? 0) - view,
    }
  })
}

function topOf(person: Person, text: string): Promise<number> {
  return person.log.evaluate((log, wanted) => {
    const rows = [...log.querySelectorAll('[data-row]')]
    const row = rows.find(each => each.querySelector('.hf-bubble-text')?.textContent === wanted)
    return (row?.getBoundingClientRect().top ?? 0) - log.getBoundingClientRect().top
  }, text)
}

const distanceToEnd = (person: Person) =>
  person.log.evaluate(log => log.scrollHeight - log.scrollTop - log.clientHeight)

const isAtEnd = (person: Person, message = 'at the end') =>
  expect.poll(() => distanceToEnd(person), { message }).toBeLessThanOrEqual(1)

/** Turns the wheel by `pixels`, and waits until the view, which may glide, has come to rest. There must be room to scroll. */
async function scroll(person: Person, pixels: number): Promise<void> {
  const rest = await person.log.evaluateHandle((log, way) => {
    const from = log.scrollTop
    const came = new Promise<void>(resolve => {
      log.addEventListener('scrollend', () => {
        if (Math.abs(log.scrollTop - from) > Math.abs(way) / 2) resolve()
      })
    })
    return { came }
  }, pixels)
  await person.log.hover()
  await person.page.mouse.wheel(0, pixels)
  await rest.evaluate(({ came }) => came)
}

const rowCount = (person: Person) => person.log.locator('[data-row]').count()

it('history comes in above without moving what is being read, up to the room’s first message', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('History')
  await fill(ana, path, 0, 80)
  await fill(ana, path, 80, 80)
  await ana.page.reload()
  await ana.sees('message 159.')
  await isAtEnd(ana, 'opens at the newest')
  expect(await ana.messages()).not.toContain('message 0.')

  // Just far enough up not to ask for more: the page that comes is the one that the button asks for.
  await ana.page.getByRole('button', { name: 'Show earlier messages' }).focus()
  const before = await rowCount(ana)
  const anchor = await firstInView(ana)
  await ana.page.keyboard.press('Enter')
  await ana.page.waitForFunction(count => document.querySelectorAll('[data-row]').length > count, before)
  expect(Math.abs((await topOf(ana, anchor.text)) - anchor.top)).toBeLessThanOrEqual(1)

  await ana.log.hover()
  while ((await rowCount(ana)) < 160) {
    const count = await rowCount(ana)
    await ana.page.mouse.wheel(0, -20_000)
    await ana.page.waitForFunction(least => document.querySelectorAll('[data-row]').length > least, count)
  }
  const words = await ana.messages()
  expect(words.map(text => Number(/^message (\d+)\./.exec(text)?.[1]))).toEqual(
    Array.from({ length: 160 }, (_, n) => n),
  )
})

it('a reader of history is not moved by news, is told of it, and is taken to it', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('News while reading')
  await fill(ana, path, 0, 60)
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ben.sees('message 59.')
  await scroll(ben, -1_500)
  await ben.page.getByRole('button', { name: 'Jump to latest' }).waitFor()
  const anchor = await firstInView(ben)
  await fill(ana, path, 60, 3)
  await ben.page.getByRole('button', { name: '3 new messages' }).waitFor()
  expect(Math.abs((await topOf(ben, anchor.text)) - anchor.top)).toBeLessThanOrEqual(1)
  await ben.page.getByRole('button', { name: '3 new messages' }).click()
  await ben.page.waitForFunction(() => {
    const log = document.querySelector('[role="log"]')
    return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight <= 1
  })
})

it('a room that was left while reading history opens there again; one that was left at its end opens at its end', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Left behind')
  await fill(ana, path, 0, 80)
  await ana.sees('message 79.')
  const aside = await ana.createRoom('Aside')
  await fill(ana, aside, 0, 40)
  const rooms = ana.page.getByRole('navigation', { name: 'Rooms' })
  const goTo = async (name: string) => {
    await rooms.getByRole('link', { name: new RegExp(name) }).click()
    await ana.page.getByRole('heading', { name, level: 1 }).waitFor()
    await ana.log.locator('[data-row]').first().waitFor()
  }
  await goTo('Left behind')
  await isAtEnd(ana)
  await scroll(ana, -2_000)
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor()
  const before = await firstInView(ana)
  await goTo('Aside')
  await isAtEnd(ana)
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ben.say('meanwhile')
  await ben.sees('meanwhile')
  await goTo('Left behind')
  await ana.row('meanwhile').waitFor({ state: 'attached' })
  const after = await firstInView(ana)
  expect(after.text).toBe(before.text)
  expect(Math.abs(after.top - before.top)).toBeLessThanOrEqual(1)
  await ana.page.getByRole('button', { name: /^(Jump to latest|1 new message)$/ }).click()
  await goTo('Aside')
  await goTo('Left behind')
  await isAtEnd(ana, 'what was read to its end is not gone back in')
})

it('whoever is at the end stays at the end: as messages come, as the composer grows, as the window shrinks', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('The end')
  await fill(ana, path, 0, 40)
  await ana.sees('message 39.')
  await isAtEnd(ana)
  await ana.composer.fill('one\ntwo\nthree\nfour\nfive')
  await isAtEnd(ana)
  await ana.page.setViewportSize({ width: 900, height: 500 })
  await isAtEnd(ana)
})

it('whoever reads history is not moved when what they wrote before is settled', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Settled')
  await fill(ana, path, 0, 60)
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ben.sees('message 59.')
  const mute = `${path}/mutes/${await userIdOf(ben)}`
  await rest(stage.server.url, ana, 'PUT', mute, {})
  await ben.say('refused')
  await ben.row('refused').getByRole('button', { name: 'Discard' }).waitFor()
  await rest(stage.server.url, ana, 'DELETE', mute)
  await ben.context.setOffline(true)
  await ben.say('waits')
  await ben.row('waits').getByText('Waiting to send').waitFor()
  await scroll(ben, -1_500)
  const anchor = await firstInView(ben)
  await ben.context.setOffline(false)
  // Now it is in the log, and what was refused is the last again.
  await ben.row('waits').and(ben.page.locator('[data-message]')).waitFor()
  await ana.sees('waits')
  expect(Math.abs((await topOf(ben, anchor.text)) - anchor.top)).toBeLessThanOrEqual(1)
  await ben.page.getByRole('button', { name: 'Jump to latest' }).waitFor()
})

it('a quote leads to its message also when that is further back than what is held', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Far back')
  const [first = ''] = await fill(ana, path, 0, 90)
  await fill(ana, path, 90, 70)
  await sayAll(stage.server.url, ana, path, ['an answer to the first'], first)
  await ana.page.reload()
  await ana.sees('an answer to the first')
  expect(await ana.row('message 0.').count()).toBe(0)
  await ana.row('an answer to the first').getByRole('button', { name: 'Go to the earlier message' }).click()
  await ana.page.waitForFunction(() => document.activeElement?.textContent?.includes('message 0.'))
  expect(Math.abs(await ana.log.evaluate(log => log.scrollTop))).toBeLessThan(2_000)
  await ana.row('an answer to the first').getByRole('button', { name: 'Go to the message by Ana' }).waitFor()
})
