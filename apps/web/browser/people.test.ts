import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, userIdOf } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

const roomIdOf = (path: string) => path.split('/').at(-1) ?? ''

/** A private room of Ana's, made over HTTP and opened, with its members in sight. */
async function privateRoom(ana: Person, name: string): Promise<string> {
  const { id } = (await rest(stage.server.url, ana, 'POST', '/rooms', { name, type: 'private' })) as { id: string }
  await ana.page.goto(`/rooms/${id}`)
  await ana.page.getByRole('button', { name: '1 member' }).click()
  return `/rooms/${id}`
}

/** Who is in the panel: what each is called, their role, and how available they are. */
const members = (person: Person) =>
  person.page
    .getByRole('complementary', { name: 'Members' })
    .locator('.hf-member-line, .hf-person-words')
    .allTextContents()

it('a private room is filled: people of my rooms are found by name and added by Enter or a click', async () => {
  const ana = await stage.person('Ana')
  const hall = await ana.createRoom('Hall')
  const [zoe, ben] = [await stage.person('Zoë'), await stage.person('Ben')]
  await zoe.join(hall)
  await ben.join(hall)
  const path = await privateRoom(ana, 'Cabin')
  await ana.page.getByRole('button', { name: 'Add people' }).click()
  const field = ana.page.getByRole('combobox', { name: 'Name or user id' })
  const options = ana.page.getByRole('option')
  await ana.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
  await options.filter({ hasText: 'Zoë' }).waitFor()
  await expect
    .poll(() => options.allInnerTexts(), { message: 'neither myself nor anybody twice' })
    .toEqual(['B\nBen', 'Z\nZoë'])

  await field.pressSequentially('zoe')
  await ana.page.getByRole('option', { name: 'Zoë', selected: true }).waitFor()
  await ana.page.keyboard.press('Enter')
  await ana.page.getByText('Zoë is in the room now.').waitFor()
  await expect.poll(() => field.inputValue()).toBe('')
  await options.filter({ hasText: 'Zoë' }).waitFor({ state: 'detached' })
  await options.filter({ hasText: 'Ben' }).click()
  await ana.page.getByText('Ben is in the room now.').waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.page.getByRole('dialog').waitFor({ state: 'detached' })
  await ana.page.waitForFunction(() => document.activeElement?.textContent === 'Add people')
  await expect.poll(() => members(ana)).toEqual(['Ana (you) Owner', 'Online', 'Zoë', 'Online', 'Ben', 'Online'])

  await zoe.page.goto(path)
  await zoe.say('thank you')
  await ana.sees('thank you')
  await zoe.page.getByRole('button', { name: '3 members' }).click()
  expect(await zoe.page.getByRole('button', { name: 'Add people' }).count(), 'a member adds nobody').toBe(0)
})

it('whoever has exactly the typed id is added, chosen on purpose and not by a slip of Enter', async () => {
  const ana = await stage.person('Ana')
  const cleo = await stage.person('Cleo')
  const id = await userIdOf(cleo)
  const path = await privateRoom(ana, 'By id')
  await ana.page.getByRole('button', { name: 'Add people' }).click()
  await ana.page.getByText('You can add somebody by their user id.').waitFor()
  await ana.page.getByRole('combobox').and(ana.page.locator(':focus')).waitFor()
  await ana.page.keyboard.insertText(id)
  await ana.page.getByRole('option', { name: `Add the user id ${id}` }).waitFor()
  await ana.page.keyboard.press('Enter')
  expect(await ana.page.getByRole('combobox').inputValue()).toBe(id)
  await ana.page.keyboard.press('ArrowDown')
  await ana.page.keyboard.press('Enter')
  await ana.page.getByText('Cleo is in the room now.').waitFor()
  await cleo.page.goto(path)
  await cleo.page.getByRole('heading', { name: 'By id', level: 1 }).waitFor()
})

it('who cannot be added is said so in words', async () => {
  const ana = await stage.person('Ana')
  const hall = await ana.createRoom('Lobby')
  const dan = await stage.person('Dan')
  await dan.join(hall)
  const path = await privateRoom(ana, 'Not for Dan')
  await rest(stage.server.url, ana, 'PUT', `/rooms/${roomIdOf(path)}/bans/${await userIdOf(dan)}`, {})
  await ana.page.getByRole('button', { name: 'Add people' }).click()
  ana.expectsComplaint(/status of 403/)
  await ana.page.getByRole('option', { name: 'Dan' }).click()
  await ana.page.getByRole('alert').filter({ hasText: 'they are banned from the room' }).waitFor()
  await ana.context.setOffline(true)
  await ana.page.getByRole('option', { name: 'Dan' }).click()
  await ana.page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
})
