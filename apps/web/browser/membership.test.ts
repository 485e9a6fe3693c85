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
  // What his page asks for at the moment in which he may no more is refused.
  ben.expectsComplaint(/status of 40[34]/)
  return [ana, ben, path]
}

it('who is removed is told so at once, reads nothing more, and may come back into a public room', async () => {
  const [ana, ben, path] = await two('Kick')
  await ana.say('before')
  await ben.sees('before')
  await rest(stage.server.url, ana, 'DELETE', `${path}/members/${await userIdOf(ben)}`)
  await ben.page.getByRole('heading', { name: 'You were removed' }).waitFor()
  await ana.say('behind your back')
  await ana.sees('behind your back')
  expect(await ben.page.content()).not.toContain('behind your back')
  await ben.page.getByRole('button', { name: 'Join again' }).click()
  await ben.sees('behind your back')
  await ben.say('here again')
  await ana.sees('here again')
})

it('who is banned is told so, now and on coming back', async () => {
  const [ana, ben, path] = await two('Ban')
  await rest(stage.server.url, ana, 'PUT', `${path}/bans/${await userIdOf(ben)}`, {})
  const sign = ben.page.getByRole('heading', { name: 'You were banned' })
  await sign.waitFor()
  await ben.page.reload()
  await sign.waitFor()
  expect(await ben.page.getByRole('button', { name: 'Join again' }).count()).toBe(0)
})

it('a room that is deleted says so and leaves the list', async () => {
  const [ana, ben, path] = await two('Short lived')
  await rest(stage.server.url, ana, 'DELETE', path)
  await ben.page.getByRole('heading', { name: 'This room is gone' }).waitFor()
  await ben.page.getByRole('button', { name: 'Back to your rooms' }).click()
  await ben.page.getByText('You are in no room yet').waitFor()
})

it('a room that is renamed is called so at once, in the room and in the list', async () => {
  const [ana, ben, path] = await two('Old name')
  await rest(stage.server.url, ana, 'PATCH', path, { name: 'New name', topic: 'and a topic' })
  await ben.page.getByRole('heading', { name: 'New name', level: 1 }).waitFor()
  await ben.page.getByText('and a topic').waitFor()
  await ben.page.waitForFunction(() => document.title === 'New name · Holdfast')
  await ben.page.getByRole('link', { name: /New name/ }).waitFor()
})
