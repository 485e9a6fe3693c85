import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, userIdOf } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

/** Two in one room, each with its members in sight. */
async function two(room: string): Promise<[Person, Person, string]> {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom(room)
  const ben = await stage.person('Ben')
  await ben.join(path)
  for (const person of [ana, ben]) await person.page.getByRole('button', { name: '2 members' }).click()
  return [ana, ben, path]
}

/** How `of` is told to `person` in the panel of members. */
function told(person: Person, of: string, words: string | RegExp): Promise<void> {
  const row = person.page.getByRole('complementary', { name: 'Members' }).getByRole('listitem').filter({ hasText: of })
  return row.locator('.hf-person-words').filter({ hasText: words }).waitFor()
}

function statusButton({ page }: Person): Locator {
  return page.getByRole('button', { name: /your status$/ })
}

async function pick(person: Person, role: 'menuitemradio' | 'menuitem', name: string | RegExp): Promise<void> {
  await statusButton(person).click()
  await person.page.getByRole(role, { name }).click()
}

it('online, away, busy and online again, as one chooses, on the other’s screen and in words', async () => {
  const [ana, ben] = await two('Watch')
  await told(ben, 'Ana', /^Online$/)
  await pick(ana, 'menuitemradio', /^Away/)
  await told(ben, 'Ana', /^Away$/)
  await pick(ana, 'menuitemradio', 'Busy')
  await told(ben, 'Ana', /^Busy$/)
  await statusButton(ana).filter({ hasText: 'Busy' }).waitFor()
  await statusButton(ana).click()
  await ana.page.getByRole('menuitemradio', { name: 'Busy', checked: true }).waitFor()
  await ana.page.getByRole('menuitemradio', { name: 'Online' }).click()
  await told(ben, 'Ana', /^Online$/)
})

it('a chosen status holds in all tabs of a device and after a reload, and is changed in any of them', async () => {
  const [ana, ben] = await two('Tabs')
  await pick(ana, 'menuitemradio', /^Busy/)
  await told(ben, 'Ana', /^Busy$/)
  const silence = await listening(ben)
  await ben.page.getByRole('button', { name: '2 members' }).click()
  const tab = await ana.context.newPage()
  await tab.goto('/')
  await tab.getByRole('button', { name: /Busy.*your status$/ }).waitFor()
  await ana.page.reload()
  await statusButton(ana).filter({ hasText: 'Busy' }).waitFor()
  await expect.poll(silence).toBeGreaterThan(1_500)
  await told(ben, 'Ana', /^Busy$/)
  await tab.getByRole('button', { name: /your status$/ }).click()
  await tab.getByRole('menuitemradio', { name: /^Online/ }).click()
  await told(ben, 'Ana', /^Online$/)
  await statusButton(ana).filter({ hasText: 'Online' }).waitFor()
})

it('whoever goes is told as last seen a moment ago, and whoever comes back as online', async () => {
  const [ana, ben, path] = await two('Leaving')
  await told(ben, 'Ana', /^Online$/)
  const again = await stage.deviceOf(ana)
  await ana.leave()
  await again.leave()
  await told(ben, 'Ana', 'Last seen just now')
  const back = await stage.person('Cleo')
  await back.join(path)
  await told(ben, 'Cleo', /^Online$/)
})

/** Reloads the page of `person`, and answers what says how long nothing has been told of anybody since, in milliseconds. */
async function listening(person: Person): Promise<() => number> {
  let toldAt = performance.now()
  person.page.on('websocket', socket =>
    socket.on('framereceived', ({ payload }) => {
      if (payload.includes('"type":"presence"')) toldAt = performance.now()
    }),
  )
  await person.page.reload()
  return () => performance.now() - toldAt
}

/** Reloads the page of `person`, and answers how long they had no connection, in milliseconds. */
async function reload({ page }: Person): Promise<number> {
  const from = performance.now()
  const isBack = page.waitForEvent('websocket').then(socket => socket.waitForEvent('framereceived'))
  await page.reload()
  await isBack
  return performance.now() - from
}

it('a reload does not flicker on the other’s screen, and of two devices the more available counts', async () => {
  const [ana, ben] = await two('Reload')
  const silence = await listening(ben)
  await ben.page.getByRole('button', { name: '2 members' }).click()
  await told(ben, 'Ana', /^Online$/)
  // After a second of silence a change is told at once, so that going and coming would be two.
  await expect.poll(silence).toBeGreaterThan(1_500)
  await ben.page.evaluate(() => {
    const panel = document.querySelector('.hf-panel')
    const seen: string[] = []
    Object.assign(window, { seen })
    const look = () => {
      for (const words of document.querySelectorAll('.hf-person-words')) seen.push(words.textContent ?? '')
    }
    if (panel !== null)
      new MutationObserver(look).observe(panel, { subtree: true, childList: true, characterData: true })
  })
  // Whoever is away for three seconds is gone: a machine may be so slow that a reload takes as long, and then it proves nothing.
  while ((await reload(ana)) > 2_500) {
    await expect.poll(silence).toBeGreaterThan(1_500)
    await ben.page.evaluate(() => (window as unknown as { seen: string[] }).seen.splice(0))
  }
  await ana.say('back already')
  await ben.sees('back already')
  const other = await stage.deviceOf(ana)
  await other.page.getByRole('link', { name: /Reload/ }).click()
  await pick(other, 'menuitemradio', /^Away/)
  await statusButton(other).filter({ hasText: 'Away on this device; seen as Online' }).waitFor()
  await other.say('from my other device')
  await ben.sees('from my other device')
  const seen = await ben.page.evaluate(() => (window as unknown as { seen: string[] }).seen)
  expect(seen.filter(words => words !== 'Online')).toEqual([])
})

it('who appears offline is so to others, on every device and after a reload, and sees them all the same', async () => {
  const [ana, ben] = await two('Unseen')
  await told(ben, 'Ana', /^Online$/)
  await pick(ana, 'menuitemradio', /^Appear offline/)
  await told(ben, 'Ana', /^Last seen/)
  await told(ana, 'Ben', /^Online$/)
  await told(ana, 'Ana', /^Offline$/)
  await ana.page.reload()
  await statusButton(ana).filter({ hasText: 'You appear offline' }).waitFor()
  const phone = await stage.deviceOf(ana)
  await statusButton(phone).filter({ hasText: 'You appear offline' }).waitFor()
  await phone.page.getByRole('link', { name: /Unseen/ }).click()
  await phone.say('I am here, though')
  await ben.sees('I am here, though')
  await told(ben, 'Ana', /^Last seen/)
  await pick(phone, 'menuitemradio', 'Online')
  await told(ben, 'Ana', /^Online/)
  await ana.page.reload()
  await statusButton(ana)
    .filter({ hasText: /^(?!.*You appear offline)/ })
    .waitFor()
})

it('what one says about oneself and not wishing to be disturbed stand beside one’s name, until cleared', async () => {
  const [ana, ben] = await two('Words')
  await pick(ana, 'menuitem', 'Set a status…')
  const dialog = ana.page.getByRole('dialog', { name: 'What are you doing?' })
  await dialog.getByRole('textbox').and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.type('On the water')
  await ana.page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await statusButton(ana).and(ana.page.locator(':focus')).waitFor()
  await told(ben, 'Ana', 'Online · On the water')
  await pick(ana, 'menuitem', 'For 1 hour')
  await told(ben, 'Ana', /^Do not disturb until .* · On the water$/)
  await ana.page.reload()
  await statusButton(ana)
    .filter({ hasText: /Do not disturb until .* · On the water/ })
    .waitFor()
  await pick(ana, 'menuitem', 'Turn off')
  await pick(ana, 'menuitem', 'Clear status')
  await told(ben, 'Ana', /^Online$/)
})

it('who does nothing is asked, then away, and back with the first movement', async () => {
  const [ana, ben] = await two('Idle')
  await ana.page.clock.install()
  await ana.page.reload()
  await ana.composer.waitFor()
  await told(ben, 'Ana', /^Online$/)
  await ana.page.mouse.move(600, 300)
  await ana.page.clock.fastForward('04:05')
  const question = ana.page.getByText('Still there?')
  await question.waitFor()
  expect(await ana.violations()).toEqual([])
  await ana.page.mouse.move(610, 310)
  await question.waitFor({ state: 'detached' })
  await ana.page.clock.fastForward('04:05')
  await question.waitFor()
  await ana.page.clock.fastForward('01:05')
  await told(ben, 'Ana', /^Away$/)
  await question.waitFor({ state: 'detached' })
  await ana.page.mouse.move(600, 300)
  await told(ben, 'Ana', /^Online$/)
})

it('between two, the other one’s presence stands in the list and above the conversation', async () => {
  const [ana, ben] = await two('Hall')
  const body = { type: 'direct', members: [await userIdOf(ben)] }
  const { id } = (await rest(stage.server.url, ana, 'POST', '/rooms', body)) as { id: string }
  const link = (person: Person, name: string) =>
    person.page
      .getByRole('navigation', { name: 'Rooms' })
      .getByRole('link', { name: new RegExp(`^Direct conversation.*${name}`) })
  await link(ana, 'Ben').filter({ hasText: 'Online' }).waitFor()
  await ana.page.goto('/')
  // No room is open: the list asks for its people by itself.
  await link(ana, 'Ben').filter({ hasText: 'Online' }).waitFor()
  await pick(ben, 'menuitemradio', 'Busy')
  await link(ana, 'Ben').filter({ hasText: 'Busy' }).waitFor()
  await ana.page.goto(`/rooms/${id}`)
  await ana.page.getByRole('heading', { name: 'Ben', level: 1 }).waitFor()
  await ana.page.locator('.hf-room-head').getByText('Busy').first().waitFor()
  await ben.leave()
  await ana.page.locator('.hf-room-head').getByText('Last seen just now').first().waitFor()
})
