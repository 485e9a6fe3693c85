import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

const goHome = async ({ page }: Person) => {
  await page.getByRole('link', { name: 'Holdfast, start page' }).click()
  await page.getByRole('heading', { name: /^Good to see you/ }).waitFor()
}

/** What is unread in a person's only room, as the server counts it. */
const unread = async (person: Person) => {
  const { rooms } = (await rest(stage.server.url, person, 'GET', '/rooms')) as { rooms: { unread: number }[] }
  return rooms.map(room => room.unread)
}

const hasRead = (person: Person) => expect.poll(() => unread(person)).toEqual([0])

it('a message is sent, ✓, and then seen, ✓✓; who has seen it is said to hover and to the keyboard', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Ticks')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await goHome(ben)
  await ana.say('Is it there?')
  const row = ana.row('Is it there?')
  await row.getByText('Sent', { exact: true }).waitFor()
  expect(await row.getByRole('button', { name: 'Seen' }).count()).toBe(0)

  await ben.page.goto(path)
  const seen = row.getByRole('button', { name: 'Seen', exact: true })
  await seen.waitFor()
  const tip = ana.page.getByRole('tooltip')
  expect(await tip.count()).toBe(0)
  await seen.hover()
  await tip.getByText('Seen by Ben').waitFor()
  await ana.page.mouse.move(0, 0)
  await tip.waitFor({ state: 'detached' })

  await row.focus()
  await ana.page.keyboard.press('Enter')
  await tip.getByText('Seen by Ben').waitFor()
  expect(await seen.getAttribute('aria-describedby')).toBe(await tip.getAttribute('id'))
  expect(await ana.violations()).toEqual([])
  await ana.page.keyboard.press('Escape')
  await tip.waitFor({ state: 'detached' })
  expect(await row.evaluate(element => element === document.activeElement)).toBe(true)

  await ana.page.reload()
  await seen.waitFor()
})

it('among several it says how many, and who', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Several')
  const ben = await stage.person('Ben')
  await ben.join(path)
  const cleo = await stage.person('Cleo')
  await cleo.join(path)
  await ana.say('all here?')
  await ben.sees('all here?')
  await cleo.sees('all here?')
  await ana.row('all here?').getByRole('button', { name: 'Seen by 2' }).hover()
  await ana.page
    .getByRole('tooltip')
    .getByText(/^Seen by (Ben and Cleo|Cleo and Ben)$/)
    .waitFor()
})

it('on a touch screen a tap on the ticks says who, and a tap elsewhere puts it away', async () => {
  const ana = await stage.person('Ana', {
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  })
  const path = await ana.createRoom('Taps')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ana.say('seen?')
  await ana.row('seen?').getByRole('button', { name: 'Seen', exact: true }).tap()
  const tip = ana.page.getByRole('tooltip')
  await tip.getByText('Seen by Ben').waitFor()
  expect(await ana.violations()).toEqual([])
  const place = await tip.boundingBox()
  expect((place?.x ?? Number.NaN) + (place?.width ?? Number.NaN)).toBeLessThanOrEqual(320)
  await ana.composer.tap()
  await tip.waitFor({ state: 'detached' })
})

it('where somebody does not show theirs, no number is claimed, and who shows it is named', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Reserved')
  const ben = await stage.person('Ben')
  await ben.join(path)
  const cleo = await stage.person('Cleo')
  await cleo.join(path)
  await rest(stage.server.url, cleo, 'PATCH', '/me', { readReceipts: false })
  await ana.say('who is here?')
  await ben.sees('who is here?')
  await hasRead(cleo)
  const seen = ana.row('who is here?').getByRole('button', { name: 'Seen', exact: true })
  await seen.hover()
  await ana.page.getByRole('tooltip').getByText('Seen by Ben', { exact: true }).waitFor()
})

it('who does not show how far they read sees nobody’s either; showing it again counts from the next message', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Private eyes')
  const ben = await stage.person('Ben')
  await ben.join(path)
  await rest(stage.server.url, ben, 'PATCH', '/me', { readReceipts: false })

  await ana.say('a question')
  await ben.sees('a question')
  await hasRead(ben)
  await ben.say('an answer')
  await ana.sees('an answer')
  await hasRead(ana)
  // What would follow a read position has time to come: another message goes both ways.
  await ana.say('one more')
  await ben.sees('one more')
  await hasRead(ben)
  expect(await ana.row('a question').getByRole('button', { name: /^Seen/ }).count()).toBe(0)
  expect(await ben.row('an answer').getByRole('button', { name: /^Seen/ }).count()).toBe(0)

  await rest(stage.server.url, ben, 'PATCH', '/me', { readReceipts: true })
  await ana.say('now again')
  await ana.row('now again').getByRole('button', { name: 'Seen', exact: true }).waitFor()
})
