import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, userIdOf } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

async function two(room: string): Promise<[Person, Person, string]> {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom(room)
  const ben = await stage.person('Ben')
  await ben.join(path)
  return [ana, ben, path]
}

async function pick(person: Person, action: string): Promise<void> {
  await person.page.getByRole('button', { name: 'Room menu' }).click()
  await person.page.getByRole('menuitem', { name: action }).click()
}

async function offers(person: Person): Promise<string[]> {
  await person.page.getByRole('button', { name: 'Room menu' }).click()
  await person.page.getByRole('menuitem').first().waitFor()
  const words = await person.page.getByRole('menuitem').allTextContents()
  await person.page.keyboard.press('Escape')
  await person.page.getByRole('menu').waitFor({ state: 'detached' })
  return words
}

it('name, topic and slow mode are changed by who may, and everybody sees it', async () => {
  const [ana, ben, path] = await two('Draft name')
  await pick(ana, 'Room settings…')
  const dialog = ana.page.getByRole('dialog', { name: 'Room settings' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill(' ')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').filter({ hasText: 'Give the room a name.' }).waitFor()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Final name')
  await dialog.getByRole('textbox', { name: 'Topic' }).fill('All about it')
  await dialog.getByRole('combobox', { name: 'Slow mode' }).selectOption('1 minute')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await ana.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Room menu')
  await ben.page.getByRole('heading', { name: 'Final name', level: 1 }).waitFor()
  await ben.page.getByText('All about it').waitFor()
  expect(await rest(stage.server.url, ben, 'GET', path)).toMatchObject({ slowModeMs: 60_000 })

  await pick(ana, 'Room settings…')
  const slowMode = dialog.getByRole('combobox', { name: 'Slow mode' })
  expect(await slowMode.evaluate(select => (select as HTMLSelectElement).selectedOptions[0]?.text)).toBe('1 minute')
})

it('the menu of the room offers what my role allows', async () => {
  const [ana, ben, path] = await two('Offers')
  expect(await offers(ana)).toEqual(['Mute room', 'Room settings…', 'Leave room…', 'Delete room…'])
  expect(await offers(ben)).toEqual(['Mute room', 'Leave room…'])
  await rest(stage.server.url, ana, 'PUT', `${path}/members/${await userIdOf(ben)}`, { role: 'admin' })
  await expect.poll(() => offers(ben)).toEqual(['Mute room', 'Room settings…', 'Leave room…'])
  const reader = await stage.person('Reader')
  await reader.page.goto(path)
  await reader.page.getByRole('button', { name: 'Join room' }).waitFor()
  expect(await reader.page.getByRole('button', { name: 'Room menu' }).count()).toBe(0)
})

it('its owner deletes a room after being asked, and it is gone for everyone', async () => {
  const [ana, ben] = await two('Passing')
  await pick(ana, 'Delete room…')
  const dialog = ana.page.getByRole('dialog', { name: 'Delete Passing?' })
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await ana.composer.waitFor()
  await pick(ana, 'Delete room…')
  await dialog.getByRole('button', { name: 'Delete room' }).click()
  await ana.page.getByText('You are in no room yet').waitFor()
  await ben.page.getByRole('heading', { name: 'This room is gone' }).waitFor()
})

it('a message is pinned and unpinned by who may, and marked for everyone', async () => {
  const [ana, ben] = await two('Pins')
  await ben.say('Harbour opens at six')
  await ana.sees('Harbour opens at six')
  expect(await ben.row('Harbour').getByRole('button', { name: 'Pin' }).count()).toBe(0)
  await ana.act('Harbour opens at six', 'Pin')
  await ben.page.getByRole('listitem', { name: /Harbour opens at six Pinned/ }).waitFor()
  await ana.act('Harbour opens at six', 'Unpin')
  await ben.row('Harbour').getByText('Pinned').waitFor({ state: 'detached' })
})
