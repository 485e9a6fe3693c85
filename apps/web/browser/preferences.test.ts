import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
import { setStage } from './support/stage.ts'

const stage = setStage()

async function openSettings({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: /your status$/ }).click()
  await page.getByRole('menuitem', { name: 'Settings…' }).click()
  await page.getByRole('dialog', { name: 'Settings' }).waitFor()
}

it('read receipts and appearing offline are kept over a reload and on other devices; the theme stays on this one', async () => {
  const ana = await stage.person('Ana')
  await openSettings(ana)
  const receipts = (person: Person, isOn: boolean) =>
    person.page.getByRole('switch', { name: 'Show how far I have read', checked: isOn, disabled: false })
  const hidden = (person: Person, isOn: boolean) =>
    person.page.getByRole('switch', { name: 'Appear offline', checked: isOn, disabled: false })
  await receipts(ana, true).click()
  await hidden(ana, false).click()
  await ana.page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  await receipts(ana, false).waitFor()
  await hidden(ana, true).waitFor()
  expect(await ana.page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await ana.page.keyboard.press('Escape')
  await ana.page.getByRole('button', { name: /You appear offline.*your status$/ }).waitFor()

  await ana.page.reload()
  await openSettings(ana)
  await receipts(ana, false).waitFor()
  await hidden(ana, true).waitFor()
  expect(await ana.page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true)

  const other = await stage.deviceOf(ana)
  await openSettings(other)
  await receipts(other, false).waitFor()
  await hidden(other, true).waitFor()
  expect(await other.page.getByRole('radio', { name: 'System' }).isChecked()).toBe(true)
})

it('a setting that could not be changed says why and stands as it stood', async () => {
  const ana = await stage.person('Ana')
  await openSettings(ana)
  const receipts = ana.page.getByRole('switch', { name: 'Show how far I have read' })
  await ana.page.getByRole('switch', { name: 'Show how far I have read', disabled: false }).waitFor()
  await ana.context.setOffline(true)
  await receipts.click()
  await ana.page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
  await expect.poll(() => receipts.isChecked()).toBe(true)
})

it('status and settings are reached and changed without a mouse, and give the focus back', async () => {
  const ana = await stage.person('Ana')
  const { page } = ana
  await page.getByRole('button', { name: /your status$/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemradio', { name: 'Online', checked: true }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page
    .locator(':focus')
    .and(page.getByRole('button', { name: /Busy.*your status$/ }))
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemradio', { name: 'Busy', checked: true }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Close' }).and(page.locator(':focus')).waitFor()
  await page.getByRole('switch', { name: 'Show how far I have read', disabled: false }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.getByRole('switch', { name: 'Show how far I have read', checked: false }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light')
  await page.keyboard.press('Escape')
  await page
    .locator(':focus')
    .and(page.getByRole('button', { name: /your status$/ }))
    .waitFor()
})

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  [
    'on a phone of 320 px',
    { colorScheme: 'light', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
  ],
] as const) {
  it(`axe finds nothing on the status menu, the status and the settings, ${name}`, async () => {
    const ana = await stage.person('Ana', { ...options, reducedMotion: 'reduce' })
    const { page } = ana
    const found: string[] = []
    const look = async () => {
      found.push(...(await ana.violations()))
      const isWider = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      )
      if (isWider) found.push('wider than the screen')
    }
    await page.getByText('You are in no room yet').waitFor()
    await page.getByRole('button', { name: /your status$/ }).click()
    await page.getByRole('menu').waitFor()
    await look()
    await page.getByRole('menuitem', { name: 'Set a status…' }).click()
    await page.getByRole('dialog', { name: 'What are you doing?' }).waitFor()
    await page.keyboard.type('A status of many words, longer than any line that it could ever stand on')
    await look()
    await page.keyboard.press('Enter')
    await openSettings(ana)
    await look()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /your status$/ }).click()
    await page.getByRole('menuitem', { name: 'Until tomorrow' }).click()
    await look()
    expect(found).toEqual([])
  })
}
