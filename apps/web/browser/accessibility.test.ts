import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

/** A room with one of everything in it. */
async function furnish(ana: Person): Promise<void> {
  await ana.createRoom('Everything')
  await ana.say('plain words and https://example.org/a/path')
  await ana.sees('plain words')
  await ana.act('plain words', 'React')
  await ana.page.getByRole('button', { name: 'thumbs up', exact: true }).click()
  await ana.page.getByRole('button', { name: /^thumbs up, 1/ }).waitFor()
  await ana.act('plain words', 'Reply')
  await ana.say('an answer')
  await ana.sees('an answer')
  await ana.say('to be gone')
  await ana.sees('to be gone')
  await ana.act('to be gone', 'Delete')
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await ana.row('Message deleted').waitFor()
}

for (const colorScheme of ['light', 'dark'] as const) {
  it(`axe finds nothing on the sign-in, the list, the dialogs and a room, ${colorScheme}`, async () => {
    const stranger = await stage.stranger({ colorScheme })
    await stranger.page.getByRole('button', { name: 'Continue as guest' }).click()
    await stranger.page.getByText('Enter a name').waitFor()
    expect(await stranger.violations()).toEqual([])

    const ana = await stage.person('Ana', { colorScheme })
    await ana.page.getByText('You are in no room yet').waitFor()
    expect(await ana.violations()).toEqual([])
    await ana.page.getByRole('button', { name: 'New room' }).click()
    await ana.page.getByRole('dialog').waitFor()
    expect(await ana.violations()).toEqual([])
    await ana.page.keyboard.press('Escape')

    await furnish(ana)
    await ana.page.getByRole('button', { name: '1 member' }).click()
    await ana.row('an answer').focus()
    expect(await ana.violations()).toEqual([])

    await ana.context.setOffline(true)
    await ana.say('kept for later')
    await ana.row('kept for later').getByText('Waiting to send').waitFor()
    await ana.page.getByText(/messages are kept/).waitFor()
    expect(await ana.violations()).toEqual([])
  })
}

it('on a phone: axe finds nothing, nothing is wider than the screen, one page at a time', async () => {
  const ana = await stage.person('Ana', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })
  expect(await ana.violations()).toEqual([])
  await furnish(ana)
  await ana.composer.fill('x'.repeat(200))
  await ana.page.getByRole('button', { name: 'Send', exact: true }).click()
  await ana.sees('xxx')
  expect(await ana.violations()).toEqual([])
  expect(await ana.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  expect(await ana.page.getByRole('navigation', { name: 'Rooms' }).isVisible()).toBe(false)
  await ana.page.getByRole('link', { name: 'Back to rooms' }).click()
  await ana.page.getByRole('navigation', { name: 'Rooms' }).waitFor()
})

it('the log is named and silent, days are headings, a row says author, words and time', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Structure')
  await ana.say('hello')
  await ana.sees('hello')
  expect(await ana.page.getByRole('log', { name: 'Messages in Structure' }).getAttribute('aria-live')).toBe('off')
  await ana.log.getByRole('heading', { name: 'Today', level: 3 }).waitFor()
  await ana.log.getByRole('listitem', { name: /^You hello .*\d+.*Sent$/ }).waitFor()
  expect(await ana.log.locator('[tabindex="0"]').count(), 'one stop for Tab').toBe(1)
})
