import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { rest, sayAll, userIdOf } from './support/rest.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

async function two(room: string): Promise<[Person, Person, string]> {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom(room)
  const ben = await stage.person('Ben')
  await ben.join(path)
  return [ana, ben, path]
}

it('an edit is seen on both sides, marked as one; Esc gives it up and leaves the draft', async () => {
  const [ana, ben] = await two('Edit')
  await ana.say('The ship is late')
  for (const person of [ana, ben]) await person.sees('The ship is late')
  await ana.composer.press('ArrowUp')
  const field = ana.page.getByRole('textbox', { name: 'Edit message' })
  expect(await field.inputValue()).toBe('The ship is late')
  await field.fill('The ship is on time')
  await field.press('Enter')
  await ben.sees('The ship is on time')
  await ben.row('The ship is on time').getByText('edited').waitFor()

  await ana.composer.fill('half a thought')
  await ana.act('The ship is on time', 'Edit')
  await field.fill('never mind')
  await field.press('Escape')
  await ana.sees('The ship is on time')
  expect(await ana.composer.inputValue()).toBe('half a thought')
})

it('deleting asks first; the place stays and the words are gone on both sides, also for who comes later', async () => {
  const [ana, ben, path] = await two('Delete')
  await ana.say('a secret')
  await ana.say('a greeting')
  await ben.sees('a greeting')
  await ana.act('a secret', 'Delete')
  await ana.page.getByRole('dialog', { name: 'Delete this message?' }).getByRole('button', { name: 'Cancel' }).click()
  await ana.sees('a secret')
  await ana.act('a secret', 'Delete')
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await ben.row('Message deleted').waitFor()
  const late = await stage.person('Late')
  await late.page.goto(path)
  await late.sees('a greeting')
  for (const person of [ana, ben, late]) {
    await expect.poll(() => person.messages(), { message: person.name }).toEqual(['Message deleted', 'a greeting'])
  }
  expect(await late.page.content()).not.toContain('a secret')
})

it('only one’s own messages offer to be edited; the owner may delete others’', async () => {
  const [ana, ben] = await two('Rights')
  await ana.say('by the owner')
  await ben.say('by a member')
  for (const person of [ana, ben]) {
    await person.sees('by the owner')
    await person.sees('by a member')
  }
  const MARK_UNREAD = 'Mark unread from here'
  const tools = (person: Person, words: string) =>
    person
      .row(words)
      .locator('.hf-tool')
      .evaluateAll(buttons => buttons.map(button => button.getAttribute('aria-label')))
  expect(await tools(ana, 'by a member')).toEqual(['React', 'Reply', MARK_UNREAD, 'Pin', 'Delete'])
  expect(await tools(ben, 'by the owner')).toEqual(['React', 'Reply', MARK_UNREAD])
  expect(await tools(ben, 'by a member')).toEqual(['React', 'Reply', 'Edit', 'Delete'])
})

it('a reaction is given, counted with names, joined and taken back', async () => {
  const [ana, ben] = await two('React')
  await ana.say('We have a new boat')
  await ben.sees('We have a new boat')
  await ben.act('We have a new boat', 'React')
  await ben.page.getByRole('button', { name: 'celebrate', exact: true }).click()
  await ana.page.getByRole('button', { name: 'celebrate, 1: Ben', pressed: false }).click()
  await ben.page.getByRole('button', { name: 'celebrate, 2: you and Ana', pressed: true }).click()
  await ana.page.getByRole('button', { name: 'celebrate, 1: you', pressed: true }).click()
  await ben.page.getByRole('button', { name: /^celebrate, / }).waitFor({ state: 'detached' })
})

it('a reply quotes what it answers, and its quote leads back there', async () => {
  const [ana, ben, path] = await two('Reply')
  await ana.say('Who takes the night watch?')
  // What follows goes another way, over HTTP, and would overtake it.
  await ana.sees('Who takes the night watch?')
  const entries = Array.from({ length: 40 }, (_, number) => `log entry ${number}.`)
  await sayAll(stage.server.url, ana, path, entries)
  await ben.sees('log entry 39.')
  await ben.page.getByRole('log').evaluate(log => {
    log.scrollTop = 0
  })
  await ben.act('Who takes the night watch?', 'Reply')
  await ben.page.getByText('Replying to Ana').waitFor()
  await ben.say('I do.')
  await ana.sees('I do.')
  const quote = ana.row('I do.').getByRole('button', { name: 'Go to the message by Ana' })
  expect(await quote.textContent()).toContain('Who takes the night watch?')
  await quote.click()
  await ana.page.waitForFunction(() => document.activeElement?.textContent?.includes('Who takes the night watch?'))
  expect(await ana.row('Who takes the night watch?').first().isVisible()).toBe(true)
  await ana.page.getByRole('button', { name: 'Jump to latest' }).click()
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'detached' })
})

it('a refused message says why and can be retried or discarded', async () => {
  const [ana, ben, path] = await two('Muted')
  const mute = `${path}/mutes/${await userIdOf(ben)}`
  await rest(stage.server.url, ana, 'PUT', mute, {})
  await ben.say('let me speak')
  await ben.say('and this')
  await ben.row('let me speak').getByText('Not sent: you are muted in this room.').waitFor()
  await ben
    .row('and this')
    .getByText(/Not sent:/)
    .waitFor()
  await ben.row('and this').getByRole('button', { name: 'Discard' }).click()
  await ben.row('and this').waitFor({ state: 'detached' })
  await rest(stage.server.url, ana, 'DELETE', mute)
  await ben.row('let me speak').getByRole('button', { name: 'Retry' }).click()
  await ana.sees('let me speak')
  expect(await ana.messages()).toEqual(['let me speak'])
  expect(await ben.settled(1)).toEqual(['let me speak'])
})
