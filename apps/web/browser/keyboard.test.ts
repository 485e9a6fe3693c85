import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { setStage } from './support/stage.ts'

const stage = setStage()

/** Presses Tab until what has the focus is called `name`, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = []
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      if (element === document.body) return ''
      const label =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels?.[0] : null
      return element?.getAttribute('aria-label') ?? label?.textContent ?? element?.textContent ?? ''
    })
    if (name.test(focused)) return
    seen.push(focused.slice(0, 30))
  }
  throw new Error(`unable to reach ${name} by Tab; it went ${seen.join(' → ')}`)
}

it('everything is done without a mouse: sign in, make a room, send, react, edit, reply, delete', async () => {
  const { page } = await stage.stranger()
  const { keyboard } = page
  await page.getByLabel('Your name').waitFor()
  await tabTo(page, /Your name/)
  await keyboard.type('Kim')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your rooms' }).waitFor()

  await tabTo(page, /New room/)
  await keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Name' }).and(page.locator(':focus')).waitFor()
  await keyboard.type('Keys')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()

  // The cursor is where one writes.
  await page.waitForFunction(() => document.activeElement?.matches('.hf-composer-field'))
  await keyboard.type('first')
  await keyboard.press('Shift+Enter')
  await keyboard.type('second line')
  await keyboard.press('Enter')
  await keyboard.type('another')
  await keyboard.press('Enter')
  const rows = page.getByRole('log').locator('[data-row]')
  await rows.nth(1).and(page.locator('[data-message]')).waitFor()
  expect(await rows.locator('.hf-bubble-text').allTextContents()).toEqual(['first\nsecond line', 'another'])

  // One stop for the list; the newest message is where one lands.
  await keyboard.press('Shift+Tab')
  await expectFocus(page, 'another')
  await keyboard.press('ArrowUp')
  await expectFocus(page, 'first')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.press('ArrowRight')
  await keyboard.press('Enter')
  await page.getByRole('button', { name: /^love, 1: you/ }).waitFor()
  await expectFocus(page, 'first')

  await keyboard.press('Tab')
  await keyboard.press('ArrowUp')
  await keyboard.type(' thing')
  await keyboard.press('Enter')
  await rows.filter({ hasText: 'another thing' }).waitFor()
  await expectFocus(page, 'another thing')

  await keyboard.press('Home')
  await keyboard.press('Enter')
  for (const _ of ['love', 'React', 'Reply', 'Pin', 'Edit', 'Delete'].slice(1)) await keyboard.press('ArrowRight')
  await keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await rows.filter({ hasText: 'Message deleted' }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expectFocus(page, 'Message deleted')
})

it('the first Tab offers to skip to the room', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Skip')
  await ana.page.reload()
  await ana.composer.waitFor()
  await ana.page.keyboard.press('Tab')
  await ana.page.keyboard.press('Enter')
  await ana.page.waitForFunction(() => document.activeElement?.id === 'main')
})

it('Enter that ends a composition does not send', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Input method')
  await ana.composer.focus()
  const devtools = await ana.context.newCDPSession(ana.page)
  await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  })
  await devtools.send('Input.insertText', { text: '日本' })
  expect(await ana.composer.inputValue()).toBe('日本')
  expect(await ana.messages()).toEqual([])
  await ana.composer.press('Enter')
  await ana.sees('日本')
})

it('on a touch screen Enter breaks the line and the button sends', async () => {
  const ana = await stage.person('Ana', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await ana.createRoom('Touch')
  await ana.composer.fill('one')
  await ana.composer.press('Enter')
  await ana.composer.pressSequentially('two')
  expect(await ana.messages()).toEqual([])
  await ana.page.getByRole('button', { name: 'Send', exact: true }).tap()
  await ana.sees('two')
  expect(await ana.messages()).toEqual(['one\ntwo'])
})

async function expectFocus(page: Page, words: string): Promise<void> {
  await page.waitForFunction(wanted => {
    const focused = document.activeElement
    return focused?.matches('[data-row]') && focused.textContent?.includes(wanted)
  }, words)
}
