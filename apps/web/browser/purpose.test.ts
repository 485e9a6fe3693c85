import { expect, it } from 'vitest'
import { setStage } from './support/stage.ts'

const stage = setStage()

it('open a room, send, see it at once, see it confirmed, see a teammate answer, reload and find the latest window', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Harbour')

  // The server stands still, so what is seen is what the page shows by itself.
  stage.server.pause()
  await ana.say('Is anybody there?')
  const row = ana.row('Is anybody there?')
  await row.getByText('Sending…').waitFor()
  expect(await ana.composer.inputValue()).toBe('')
  await row.evaluate(element => element.setAttribute('data-same-row', 'yes'))
  stage.server.resume()
  await row.getByText('Sent', { exact: true }).waitFor()
  await ana.sees('Is anybody there?')
  expect(await row.getAttribute('data-same-row'), 'confirmed in place, not as another row').toBe('yes')

  const ben = await stage.person('Ben')
  await ben.join(path)
  await ben.sees('Is anybody there?')
  await ben.say('Yes, on the quay.')
  await ana.sees('Yes, on the quay.')

  await ana.page.reload()
  await ana.sees('Yes, on the quay.')
  expect(await ana.messages()).toEqual(['Is anybody there?', 'Yes, on the quay.'])
})

it('two type at once: both see all of it once, in one order', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('Both at once')
  const ben = await stage.person('Ben')
  await ben.join(path)
  const numbers = Array.from({ length: 12 }, (_, index) => index)
  await Promise.all(
    [ana, ben].map(async person => {
      for (const number of numbers) await person.say(`${person.name} ${number}`)
    }),
  )
  const [seenByAna, seenByBen] = await Promise.all([ana.settled(24), ben.settled(24)])
  expect(seenByAna).toEqual(seenByBen)
  for (const name of ['Ana', 'Ben']) {
    expect(seenByAna.filter(words => words.startsWith(name))).toEqual(numbers.map(number => `${name} ${number}`))
  }
})

it('a room made by somebody else is found, read, joined and left', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Chart room')
  await ana.say('Charts are on the table.')
  const ben = await stage.person('Ben')
  await ben.page.getByLabel('Find a public room').fill('chart')
  await ben.page.getByRole('link', { name: /Chart room/ }).click()
  await ben.sees('Charts are on the table.')
  expect(await ben.composer.count(), 'who only reads has no composer').toBe(0)
  await ben.page.getByRole('button', { name: 'Join room' }).click()
  await ben.composer.waitFor()
  await ana.page.getByRole('button', { name: '2 members' }).click()
  await ana.page.getByRole('complementary', { name: 'Members' }).getByText('Ben').waitFor()
  await ben.page.getByRole('button', { name: 'Room menu' }).click()
  await ben.page.getByRole('menuitem', { name: 'Leave room…' }).click()
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await ben.page.getByText('You are in no room yet').waitFor()
  await ana.page.getByRole('button', { name: '1 member' }).waitFor()
})

it('an address that leads nowhere says so and leads back', async () => {
  const ana = await stage.person('Ana')
  await ana.page.goto('/rooms/nowhere')
  await ana.page.getByRole('heading', { name: 'No such room' }).waitFor()
  await ana.page.getByRole('button', { name: 'Back to your rooms' }).click()
  await ana.page.getByRole('heading', { name: 'Good to see you, Ana' }).waitFor()
})

it('signing out forgets the person, in every tab; signing in again begins empty', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Mine')
  const otherTab = await ana.context.newPage()
  await otherTab.goto('/')
  await otherTab.getByRole('link', { name: /Mine/ }).waitFor()
  await ana.page.getByRole('button', { name: 'Sign out' }).click()
  await ana.page.getByLabel('Your name').waitFor()
  await otherTab.getByLabel('Your name').waitFor()
  expect(await ana.page.evaluate(() => localStorage.getItem('holdfast.session'))).toBeNull()
  await ana.page.getByLabel('Your name').fill('Another')
  await ana.page.getByRole('button', { name: 'Continue as guest' }).click()
  await ana.page.getByText('You are in no room yet').waitFor()
})
