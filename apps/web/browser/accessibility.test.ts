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

/** Opens what stands above a room, one after the other, and answers what axe finds on each, by its name. */
async function surfaces(ana: Person): Promise<Record<string, string[]>> {
  const { page } = ana
  const found: Record<string, string[]> = {}
  const look = async (name: string, ...roles: readonly ('menu' | 'dialog' | 'option')[]) => {
    for (const role of roles) await page.getByRole(role).first().waitFor()
    found[name] = await ana.violations()
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (width > 0) found[name].push(`wider than the screen by ${width}`)
  }
  const pick = async (menu: string, item: string) => {
    await page.getByRole('button', { name: menu }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await page.getByRole('button', { name: '2 members' }).click()
  await page.getByRole('button', { name: 'Actions for Ben' }).click()
  await look('member menu', 'menu')
  await page.keyboard.press('Escape')
  await pick('Actions for Ben', 'Remove from room…')
  await look('remove', 'dialog')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add people' }).click()
  await page.getByRole('combobox').fill('somebody')
  await page.getByRole('combobox').press('ArrowDown')
  await look('add people', 'dialog', 'option')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Close members' }).click()
  await page.getByRole('button', { name: 'Room menu' }).click()
  await look('room menu', 'menu')
  await page.keyboard.press('Escape')
  await pick('Room menu', 'Room settings…')
  await look('settings', 'dialog')
  await page.keyboard.press('Escape')
  await pick('Room menu', 'Delete room…')
  await look('delete room', 'dialog')
  await page.keyboard.press('Escape')
  await ana.act('by Ben', 'Pin')
  await page.getByText('Pinned').waitFor()
  await look('pinned')
  return found
}

const CLEAN = Object.fromEntries(
  ['member menu', 'remove', 'add people', 'room menu', 'settings', 'delete room', 'pinned'].map(name => [name, []]),
)

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  [
    'on a phone of 320 px',
    { colorScheme: 'dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
  ],
] as const) {
  it(`axe finds nothing on menus, questions, settings and adding people, ${name}`, async () => {
    const ana = await stage.person('Ana', options)
    const path = await ana.createRoom('Above')
    const ben = await stage.person('Ben')
    await ben.join(path)
    await ben.say('said by Ben')
    await ana.sees('said by Ben')
    expect(await surfaces(ana)).toEqual(CLEAN)
  })
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
