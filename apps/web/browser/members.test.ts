import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

async function two(room: string): Promise<[Person, Person]> {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom(room)
  const ben = await stage.person('Ben')
  await ben.join(path)
  await ana.page.getByRole('button', { name: '2 members' }).click()
  await ben.page.getByRole('button', { name: '2 members' }).click()
  return [ana, ben]
}

/** Opens the menu about somebody and answers what it offers. */
async function offers(person: Person, name: string): Promise<string[]> {
  await person.page.getByRole('button', { name: `Actions for ${name}` }).click()
  await person.page.getByRole('menuitem').first().waitFor()
  const words = await person.page.getByRole('menuitem').allTextContents()
  await person.page.keyboard.press('Escape')
  await person.page.getByRole('menu').waitFor({ state: 'detached' })
  return words
}

async function pick(person: Person, name: string, action: string): Promise<void> {
  await person.page.getByRole('button', { name: `Actions for ${name}` }).click()
  await person.page.getByRole('menuitem', { name: action }).click()
}

const member = (person: Person, name: string) =>
  person.page.getByRole('complementary', { name: 'Members' }).getByRole('listitem').filter({ hasText: name })

it('a menu offers what my role allows, and changes with it', async () => {
  const [ana, ben] = await two('Ranks')
  expect(await ana.page.getByRole('button', { name: 'Actions for Ana' }).count(), 'nothing about oneself').toBe(0)
  expect(await offers(ben, 'Ana')).toEqual(['Message privately'])
  const all = ['Message privately', 'Make admin', 'Make owner…', 'Remove from room…', 'Ban from room…']
  expect(await offers(ana, 'Ben')).toEqual(all)
  await pick(ana, 'Ben', 'Make admin')
  await member(ben, 'Ben').getByText('Admin').waitFor()
  await ben.page.getByRole('button', { name: 'Add people' }).waitFor()
  expect(await offers(ben, 'Ana'), 'an admin does nothing to an owner').toEqual(['Message privately'])
  await pick(ana, 'Ben', 'Make member')
  await member(ben, 'Admin').waitFor({ state: 'detached' })
})

it('an owner makes another, after being asked, who may then make an admin of the first: so a room changes hands', async () => {
  const [ana, ben] = await two('Handed over')
  await pick(ana, 'Ben', 'Make owner…')
  const dialog = ana.page.getByRole('dialog', { name: 'Make Ben an owner?' })
  expect(await ana.violations()).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await ana.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Actions for Ben')
  await pick(ana, 'Ben', 'Make owner…')
  await dialog.getByRole('button', { name: 'Make owner' }).click()
  for (const person of [ana, ben]) await member(person, 'Ben').getByText('Owner', { exact: true }).waitFor()
  await pick(ben, 'Ana', 'Make admin…')
  await ben.page.getByRole('dialog', { name: 'Make Ana an admin?' }).getByRole('button', { name: 'Make admin' }).click()
  await member(ana, 'Ana').getByText('Admin', { exact: true }).waitFor()
  expect(await offers(ana, 'Ben')).toEqual(['Message privately'])
  await ben.page.getByRole('button', { name: 'Room menu' }).click()
  await ben.page.getByRole('menuitem', { name: 'Delete room…' }).waitFor()
})

it('who leaves while I am asked to make them an owner is asked about no longer', async () => {
  const [ana, ben] = await two('Gone in between')
  await pick(ana, 'Ben', 'Make owner…')
  const dialog = ana.page.getByRole('dialog', { name: 'Make Ben an owner?' })
  await dialog.waitFor()
  await ben.page.getByRole('button', { name: 'Room menu' }).click()
  await ben.page.getByRole('menuitem', { name: 'Leave room…' }).click()
  await ben.page.getByRole('dialog').getByRole('button', { name: /Leave/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await member(ana, 'Ben').waitFor({ state: 'detached' })
})

it('a private conversation is called by the other person, in the header, the list and the title, on both sides', async () => {
  const [ana, ben] = await two('Where we met')
  await pick(ana, 'Ben', 'Message privately')
  await ana.page.getByRole('heading', { name: 'Ben', level: 1 }).waitFor()
  await ana.page.getByRole('textbox', { name: 'Message Ben' }).waitFor()
  await ana.say('just for you')
  await ana.page.waitForFunction(() => document.title === 'Ben · Holdfast')
  const roomsOf = (person: Person) => person.page.getByRole('navigation', { name: 'Rooms' })
  await roomsOf(ana)
    .getByRole('link', { name: /Ben.*just for you/ })
    .waitFor()

  await ben.page.reload()
  // Known by its members though it was never opened here.
  await roomsOf(ben).getByText('Ana', { exact: true }).click()
  await ben.page.getByRole('heading', { name: 'Ana', level: 1 }).waitFor()
  await ben.sees('just for you')

  await ben.page.getByRole('link', { name: /Where we met/ }).click()
  await ben.page.getByRole('button', { name: '2 members' }).click()
  await pick(ben, 'Ana', 'Message privately')
  await ben.sees('just for you')
  expect(new URL(ben.page.url()).pathname, 'the same room, whoever asks').toBe(new URL(ana.page.url()).pathname)
})

it('removing and banning ask first; who is out knows it, and the focus stays in the panel', async () => {
  const [ana, ben] = await two('Order')
  await pick(ana, 'Ben', 'Remove from room…')
  const dialog = ana.page.getByRole('dialog', { name: 'Remove Ben from Order?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await ana.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Actions for Ben')
  await pick(ana, 'Ben', 'Remove from room…')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await ben.page.getByRole('heading', { name: 'You were removed' }).waitFor()
  await member(ana, 'Ben').waitFor({ state: 'detached' })
  await ana.page.waitForFunction(() => document.activeElement?.matches('.hf-panel'))

  await ben.page.getByRole('button', { name: 'Join again' }).click()
  await pick(ana, 'Ben', 'Ban from room…')
  await ana.page.getByRole('dialog', { name: 'Ban Ben from Order?' }).getByRole('button', { name: 'Ban' }).click()
  await ben.page.getByRole('heading', { name: 'You were banned' }).waitFor()
})

it('the menu is used by keyboard: arrows go round, Esc gives the focus back and leaves the panel open', async () => {
  const [ana] = await two('By keys')
  const { keyboard } = ana.page
  const expectFocus = (words: string) =>
    ana.page.waitForFunction(
      wanted => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent) === wanted,
      words,
    )
  await ana.page.getByRole('button', { name: 'Actions for Ben' }).focus()
  await keyboard.press('Enter')
  await expectFocus('Message privately')
  await keyboard.press('ArrowUp')
  await expectFocus('Ban from room…')
  await keyboard.press('ArrowDown')
  await keyboard.press('ArrowDown')
  await expectFocus('Make admin')
  await keyboard.press('Escape')
  await expectFocus('Actions for Ben')
  expect(await member(ana, 'Ben').isVisible()).toBe(true)
  await keyboard.press('Enter')
  await keyboard.press('End')
  await keyboard.press('Enter')
  await expectFocus('Cancel')
  await keyboard.press('Escape')
  await expectFocus('Actions for Ben')
})

it('a press elsewhere closes the menu and does what it was for', async () => {
  const [ana] = await two('Elsewhere')
  await ana.page.getByRole('button', { name: 'Actions for Ben' }).click()
  await ana.page.getByRole('menu').waitFor()
  await ana.composer.click()
  await ana.page.getByRole('menu').waitFor({ state: 'detached' })
  expect(await ana.composer.evaluate(field => field === document.activeElement)).toBe(true)
})

it('who is away is told the same whether one saw them go or came later, and rows keep their height', async () => {
  const [ana, ben] = await two('Gone')
  const state = member(ana, 'Ben').locator('.hf-person-words')
  await state.filter({ hasText: 'Online' }).waitFor()
  const heights = () => ana.page.locator('.hf-member').evaluateAll(rows => rows.map(row => row.clientHeight))
  const before = await heights()
  await ben.leave()
  await state.filter({ hasText: 'Last seen' }).waitFor()
  expect(await heights()).toEqual(before)
  await ana.page.reload()
  await ana.page.getByRole('button', { name: '2 members' }).click()
  await state.filter({ hasText: 'Last seen' }).waitFor()
  expect(await heights()).toEqual(before)
})

it('a long name and long words leave the role and “(you)” in sight, and are whole as tooltips', async () => {
  const name = 'Maximiliane von und zu Hohenstein-Weissenfels the elder'
  const ana = await stage.person(name)
  await ana.createRoom('Long names')
  const words = 'On the water until five, then at the chandler’s for rope'
  await ana.page.getByRole('button', { name: /your status$/ }).click()
  await ana.page.getByRole('menuitem', { name: 'Set a status…' }).click()
  await ana.page.getByRole('dialog').getByRole('textbox').and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.insertText(words)
  await ana.page.keyboard.press('Enter')
  await ana.page.getByRole('button', { name: '1 member' }).click()
  const row = member(ana, name)
  const own = row.locator('.hf-person-custom')
  await own.waitFor()
  expect(await row.locator('.hf-person-words').getAttribute('title')).toBe(`Online · ${words}`)
  expect(await row.getByTitle(name, { exact: true }).count()).toBe(1)
  const panel = await ana.page.getByRole('complementary', { name: 'Members' }).boundingBox()
  for (const part of ['(you)', 'Owner']) {
    const place = await row.getByText(part, { exact: true }).boundingBox()
    expect((place?.x ?? Number.NaN) + (place?.width ?? 0), part).toBeLessThan((panel?.x ?? 0) + (panel?.width ?? 0))
  }
  const [state, custom] = [await row.locator('.hf-person-state').boundingBox(), await own.boundingBox()]
  expect(custom?.y, 'a line of their own').toBeGreaterThan((state?.y ?? Number.NaN) + (state?.height ?? 0) / 2)
})
