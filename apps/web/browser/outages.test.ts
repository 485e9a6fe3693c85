import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

async function two(room: string): Promise<[Person, Person]> {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom(room)
  const ben = await stage.person('Ben')
  await ben.join(path)
  return [ana, ben]
}

it('the server is killed and comes back while both send: all of it is there, once, in one order on both sides', async () => {
  const [ana, ben] = await two('Kill')
  const sayAll = (person: Person, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `${person.name} ${from + index}`).reduce(
      (before, words) => before.then(() => person.say(words)),
      Promise.resolve(),
    )
  await Promise.all([sayAll(ana, 0, 5), sayAll(ben, 0, 5)])
  const sending = Promise.all([sayAll(ana, 5, 15), sayAll(ben, 5, 15)])
  await stage.server.kill()
  await sending
  await stage.server.restart()
  const [seenByAna, seenByBen] = await Promise.all([ana.settled(30), ben.settled(30)])
  expect(seenByAna).toEqual(seenByBen)
  for (const { name } of [ana, ben]) {
    const own = Array.from({ length: 15 }, (_, number) => `${name} ${number}`)
    expect(seenByAna.filter(words => words.startsWith(name))).toEqual(own)
  }
  await ana.page.reload()
  expect(await ana.settled(30)).toEqual(seenByAna)
})

it('one goes offline, sends three and comes back: all there, once, in order, on both sides, and told in words meanwhile', async () => {
  const [ana, ben] = await two('Offline')
  await ana.say('before')
  await ben.sees('before')
  await ana.context.setOffline(true)
  for (const words of ['one', 'two', 'three']) await ana.say(words)
  await ana.page.getByText('Waiting to send').nth(2).waitFor()
  await ana.page.getByText(/messages are kept/).waitFor()
  await ben.say('meanwhile')
  // In the log before what waits here sets out.
  await ben.sees('meanwhile')
  await ana.context.setOffline(false)
  await ana.page.getByText('Back online.').waitFor()
  const [seenByAna, seenByBen] = await Promise.all([ana.settled(5), ben.settled(5)])
  expect(seenByAna).toEqual(['before', 'meanwhile', 'one', 'two', 'three'])
  expect(seenByBen).toEqual(seenByAna)
})

it('what waits to be sent can be taken back', async () => {
  const [ana, ben] = await two('Take back')
  await ana.context.setOffline(true)
  await ana.say('said in haste')
  await ana.say('said with care')
  await ana.row('said in haste').getByText('Waiting to send').waitFor()
  await ana.act('said in haste', 'Discard')
  await ana.row('said in haste').waitFor({ state: 'detached' })
  await ana.context.setOffline(false)
  await ben.sees('said with care')
  expect(await ben.messages()).toEqual(['said with care'])
})

it('signing out with messages that wait asks first, and then forgets them', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Unsent')
  await ana.context.setOffline(true)
  await ana.say('not yet')
  await ana.row('not yet').getByText('Waiting to send').waitFor()
  await ana.page.getByRole('button', { name: 'Sign out' }).click()
  const dialog = ana.page.getByRole('dialog', { name: 'Sign out and lose what is not sent?' })
  await dialog.getByRole('button', { name: 'Stay' }).click()
  await ana.row('not yet').waitFor()
  await ana.page.getByRole('button', { name: 'Sign out' }).click()
  await dialog.getByRole('button', { name: 'Sign out' }).click()
  await ana.page.getByLabel('Your name').waitFor()
})

it('the browser asks before a page goes on which messages wait', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Unload')
  await ana.context.setOffline(true)
  await ana.say('not yet')
  await ana.row('not yet').getByText('Waiting to send').waitFor()
  const asked = ana.page.waitForEvent('dialog')
  await ana.page.evaluate(() => {
    setTimeout(() => location.reload())
  })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await ana.row('not yet').waitFor()
  await ana.context.setOffline(false)
  await ana.sees('not yet')
})
