import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, sayAll, userIdOf } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

const listOf = ({ page }: Person): Locator => page.getByRole('navigation', { name: 'Rooms' })
const linkOf = (person: Person, name: string): Locator =>
  listOf(person).locator('.hf-rooms-mine').getByRole('link', { name })
const orderOf = (person: Person): Promise<string[]> =>
  listOf(person).locator('.hf-rooms-mine .hf-room-link-title').allTextContents()

async function home(person: Person): Promise<void> {
  await person.page.getByRole('link', { name: 'Holdfast, start page' }).click()
  await person.page.getByRole('heading', { name: `Good to see you, ${person.name}` }).waitFor()
}

/** Ana, who has made rooms of these names, and Ben, who is in all of them and looks at none. */
async function two(...names: string[]): Promise<{ ana: Person; ben: Person; paths: Record<string, string> }> {
  const ana = await stage.person('Ana')
  const ben = await stage.person('Ben')
  const paths: Record<string, string> = {}
  for (const name of names) {
    const { id } = (await rest(stage.server.url, ana, 'POST', '/rooms', { name, type: 'public' })) as { id: string }
    await rest(stage.server.url, ben, 'POST', `/rooms/${id}/join`)
    paths[name] = `/rooms/${id}`
  }
  await ben.page.reload()
  for (const name of names) await linkOf(ben, name).waitFor()
  return { ana, ben, paths }
}

async function say(person: Person, path: string | undefined, content: string, mentions: readonly string[] = []) {
  const body = { clientId: crypto.randomUUID(), content, mentions }
  return (await rest(stage.server.url, person, 'POST', `${path}/messages`, body)) as { messageId: string }
}

it('a badge appears on both devices of a person, in rooms that neither has opened, and clears on both when one reads', async () => {
  const { ana, ben, paths } = await two('Quay', 'Mole')
  const phone = await stage.deviceOf(ben, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await sayAll(stage.server.url, ana, paths.Quay ?? '', ['one', 'two', 'three'])
  for (const device of [ben, phone]) {
    await linkOf(device, 'Quay').filter({ hasText: '3 unread' }).waitFor()
    await linkOf(device, 'Quay').filter({ hasText: 'Ana: three' }).waitFor()
    await device.page.waitForFunction(() => document.title === '(1) Holdfast')
  }
  await linkOf(ben, 'Quay').click()
  await ben.sees('three')
  for (const device of [ben, phone]) await linkOf(device, 'Quay').filter({ hasNotText: 'unread' }).waitFor()
  await phone.page.waitForFunction(() => document.title === 'Holdfast')
})

it('the title counts rooms and not messages; a badge stops at 99+', async () => {
  const { ana, ben, paths } = await two('Many', 'Few')
  await sayAll(
    stage.server.url,
    ana,
    paths.Many ?? '',
    Array.from({ length: 120 }, (_, i) => `news ${i}`),
  )
  await linkOf(ben, 'Many').filter({ hasText: '99+ unread' }).waitFor()
  await say(ana, paths.Few, 'a word')
  await linkOf(ben, 'Few').filter({ hasText: '1 unread' }).waitFor()
  await ben.page.waitForFunction(() => document.title === '(2) Holdfast')
})

it('the room that was active last stands first, and says what was said: by whom, by me, or that it is gone', async () => {
  const { ana, ben, paths } = await two('Alpha', 'Beta', 'Gamma')
  for (const name of ['Gamma', 'Alpha', 'Beta']) {
    await say(ana, paths[name], `hello\n${name}`)
    await expect.poll(async () => (await orderOf(ben))[0]).toBe(name)
  }
  expect(await orderOf(ben)).toEqual(['Beta', 'Alpha', 'Gamma'])
  await linkOf(ben, 'Beta').filter({ hasText: 'Ana: hello Beta' }).waitFor()
  const { messageId } = await say(ben, paths.Gamma, 'my own words')
  await linkOf(ben, 'Gamma').filter({ hasText: 'You: my own words' }).waitFor()
  await rest(stage.server.url, ben, 'DELETE', `${paths.Gamma}/messages/${messageId}`)
  await linkOf(ben, 'Gamma').filter({ hasText: 'Message deleted' }).waitFor()
  expect(await orderOf(ben)).toEqual(['Gamma', 'Beta', 'Alpha'])
})

it('a mention has a badge and a title of its own, and goes when the message goes', async () => {
  const { ana, ben, paths } = await two('Calls')
  const { messageId } = await say(ana, paths.Calls, '@Ben look', [await userIdOf(ben)])
  await linkOf(ben, 'Calls').filter({ hasText: '1 mention of you' }).filter({ hasText: '1 unread' }).waitFor()
  await ben.page.waitForFunction(() => document.title === '(@1) Holdfast')
  await rest(stage.server.url, ana, 'DELETE', `${paths.Calls}/messages/${messageId}`)
  await linkOf(ben, 'Calls').filter({ hasNotText: 'mention' }).filter({ hasNotText: 'unread' }).waitFor()
  await ben.page.waitForFunction(() => document.title === 'Holdfast')
})

it('a muted room is marked as one on every device and calls by mentions alone', async () => {
  const { ana, ben, paths } = await two('Noise')
  const phone = await stage.deviceOf(ben)
  await linkOf(ben, 'Noise').click()
  await ben.page.getByRole('button', { name: 'Room menu' }).click()
  await ben.page.getByRole('menuitem', { name: 'Mute room' }).click()
  await home(ben)
  for (const device of [ben, phone]) await linkOf(device, 'Noise').filter({ hasText: 'Muted' }).waitFor()
  await say(ana, paths.Noise, 'tick')
  for (const device of [ben, phone]) {
    await linkOf(device, 'Noise').filter({ hasText: '1 unread' }).waitFor()
    expect(await device.page.title()).toBe('Holdfast')
  }
  await say(ana, paths.Noise, '@Ben tock', [await userIdOf(ben)])
  await linkOf(ben, 'Noise').filter({ hasText: '1 mention of you' }).waitFor()
  await ben.page.waitForFunction(() => document.title === '(@1) Holdfast')
})

it('a name or words that run from right to left stand where all others do, and are cut at their own end', async () => {
  const { ana, ben, paths } = await two('Left', 'Right')
  const yosef = await stage.person('יוסף')
  await rest(stage.server.url, yosef, 'POST', `${paths.Right}/join`)
  await say(ana, paths.Left, 'on my way')
  await say(yosef, paths.Right, 'שלום לכולם '.repeat(10))
  await linkOf(ben, 'Right').filter({ hasText: 'יוסף: שלום' }).waitFor()
  const [ofAna, ofYosef] = await Promise.all(['Left', 'Right'].map(name => lineOf(linkOf(ben, name))))
  expect(ofYosef?.start).toBe(ofAna?.start)
  expect(ofYosef?.isBeginningSeen).toBe(true)
})

/** Where the last words in a link begin, in CSS pixels, and whether the first letter of what was said is in sight. */
function lineOf(link: Locator): Promise<{ start: number; isBeginningSeen: boolean }> {
  return link.locator('.hf-room-link-last').evaluate(line => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
    const name = document.createRange()
    name.selectNodeContents(texts.nextNode() ?? line)
    const words = line.querySelector('.hf-room-link-text') ?? line
    const letter = document.createRange()
    letter.setStart(words.firstChild ?? words, 0)
    letter.setEnd(words.firstChild ?? words, 1)
    const isBeginningSeen = letter.getBoundingClientRect().right <= line.getBoundingClientRect().right + 1
    return { start: name.getBoundingClientRect().left, isBeginningSeen }
  })
}

it('a draft is marked in the list while its room is not open, and no longer once it is sent', async () => {
  const { ben } = await two('Ink', 'Paper')
  await linkOf(ben, 'Ink').click()
  await ben.composer.fill('half a\nthought')
  expect(await linkOf(ben, 'Ink').textContent()).not.toContain('Draft')
  await linkOf(ben, 'Paper').click()
  await linkOf(ben, 'Ink').filter({ hasText: 'Draft: half a thought' }).waitFor()
  await linkOf(ben, 'Ink').click()
  expect(await ben.composer.inputValue()).toBe('half a\nthought')
  await ben.composer.press('Enter')
  await ben.sees('half a')
  await linkOf(ben, 'Paper').click()
  await linkOf(ben, 'Ink').filter({ hasText: 'You: half a thought' }).waitFor()
})

it('nothing moves under a hand that is choosing; the order follows once the hand has gone', async () => {
  const { ana, ben, paths } = await two('First', 'Second')
  await say(ana, paths.First, 'now')
  await expect.poll(() => orderOf(ben)).toEqual(['First', 'Second'])
  await linkOf(ben, 'Second').hover()
  // A word a second: the hand rests for longer than a movement alone would hold the order.
  for (const unread of [1, 2, 3, 4, 5]) {
    await say(ana, paths.Second, 'later')
    await linkOf(ben, 'Second')
      .filter({ hasText: `${unread} unread` })
      .waitFor()
    expect(await orderOf(ben)).toEqual(['First', 'Second'])
  }
  await ben.page.mouse.move(700, 400)
  await expect.poll(() => orderOf(ben)).toEqual(['Second', 'First'])
})

it('arrow keys go from room to room, and the focus stays on its room when that moves', async () => {
  const { ana, ben, paths } = await two('One', 'Two', 'Three')
  for (const name of ['Three', 'Two', 'One']) await say(ana, paths[name], name)
  await expect.poll(() => orderOf(ben)).toEqual(['One', 'Two', 'Three'])
  const focused = () =>
    ben.page.evaluate(() => document.activeElement?.querySelector('.hf-room-link-title')?.textContent)
  await linkOf(ben, 'One').focus()
  await ben.page.keyboard.press('ArrowDown')
  expect(await focused()).toBe('Two')
  await ben.page.keyboard.press('End')
  expect(await focused()).toBe('Three')
  await ben.page.keyboard.press('ArrowUp')
  expect(await focused()).toBe('Two')
  for (const [name, order] of [
    ['Three', ['Three', 'One', 'Two']],
    ['Two', ['Two', 'Three', 'One']],
  ] as const) {
    await say(ana, paths[name], `again ${name}`)
    await expect.poll(() => orderOf(ben)).toEqual(order)
    expect(await focused()).toBe('Two')
  }
  await ben.page.keyboard.press('Enter')
  await ben.page.getByRole('heading', { name: 'Two', level: 1 }).waitFor()
})

it('what changed while the connection was away is in the list when it is back, rooms that came and went too', async () => {
  const { ana, ben, paths } = await two('Kept', 'Lost')
  await ben.context.setOffline(true)
  await ben.page.getByText(/You are offline/).waitFor()
  await say(ana, paths.Kept, 'while you were away')
  await rest(stage.server.url, ana, 'DELETE', `${paths.Lost}/members/${await userIdOf(ben)}`)
  const body = { name: 'Found', type: 'private', members: [await userIdOf(ben)] }
  await rest(stage.server.url, ana, 'POST', '/rooms', body)
  await ben.context.setOffline(false)
  await linkOf(ben, 'Kept').filter({ hasText: '1 unread' }).waitFor()
  await linkOf(ben, 'Found').waitFor()
  await linkOf(ben, 'Lost').waitFor({ state: 'detached' })
})

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  [
    'on a phone of 320 px',
    { colorScheme: 'dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
  ],
] as const) {
  it(`axe finds nothing on a list with all that it may hold, ${name}`, async () => {
    const { ana, ben, paths } = await two('Called', 'Quiet', 'Written')
    const direct = { type: 'direct', members: [await userIdOf(ben)] }
    const { id } = (await rest(stage.server.url, ana, 'POST', '/rooms', direct)) as { id: string }
    await say(ana, `/rooms/${id}`, 'between us')
    await say(ana, paths.Called, '@Ben look', [await userIdOf(ben)])
    await say(ana, paths.Quiet, 'tick')
    await rest(stage.server.url, ben, 'PUT', `${paths.Quiet}/notifications`, { muted: true })
    const device = await stage.deviceOf(ben, options)
    await linkOf(device, 'Written').click()
    await device.composer.fill('half a thought')
    await device.page.goBack()
    await linkOf(device, 'Written').filter({ hasText: 'Draft: half a thought' }).waitFor()
    await linkOf(device, 'Called').filter({ hasText: '1 mention of you' }).waitFor()
    await linkOf(device, 'Quiet').filter({ hasText: 'Muted' }).filter({ hasText: '1 unread' }).waitFor()
    await linkOf(device, 'Ana').filter({ hasText: 'Online' }).waitFor()
    expect(await device.violations()).toEqual([])
    expect(await device.page.evaluate(() => document.documentElement.scrollWidth)).toBe(
      'viewport' in options ? 320 : 1280,
    )
  })
}
