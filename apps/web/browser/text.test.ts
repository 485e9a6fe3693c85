import { expect, it } from 'vitest'
import { setStage } from './support/stage.ts'

const stage = setStage()

it('words are words: no markup runs, only http(s) becomes a link, and a link tells the other side nothing', async () => {
  const ana = await stage.person('<img src=x onerror=alert(1)>')
  await ana.createRoom('<b>bold</b>')
  const markup = '<script>document.title="gone"</script><img src=x onerror="document.title=\'gone\'">'
  await ana.say(markup)
  await ana.sees('<script>')
  await ana.say('javascript:alert(1) data:text/html,x https://example.org/a?b=c(d). ftp://x https://u:p@evil.example')
  await ana.sees('javascript:')
  expect((await ana.messages())[0]).toBe(markup)
  expect(await ana.log.locator('img, script, b').count()).toBe(0)
  const links = ana.log.locator('.hf-bubble a')
  expect(await links.evaluateAll(all => all.map(a => a.getAttribute('href')))).toEqual(['https://example.org/a?b=c(d)'])
  expect(await links.first().getAttribute('rel')).toBe('noopener noreferrer nofollow ugc')
  expect(await ana.page.title()).toBe('<b>bold</b> · Holdfast')
})

it('a message that is too long is not let go, and says by how much', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Long')
  await ana.composer.fill('ä'.repeat(4_097))
  await ana.page.getByText('This message is too long by 2 bytes.').waitFor()
  await ana.composer.press('Enter')
  expect(await ana.messages()).toEqual([])
  await ana.composer.press('Backspace')
  await ana.composer.press('Enter')
  await ana.sees('ää')
})

it('a draft waits in its room', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('First')
  await ana.composer.fill('half a thought')
  await ana.createRoom('Second')
  expect(await ana.composer.inputValue()).toBe('')
  await ana.page.getByRole('link', { name: /First/ }).click()
  await ana.page.getByRole('heading', { name: 'First', level: 1 }).waitFor()
  expect(await ana.composer.inputValue()).toBe('half a thought')
})

it('a chosen theme is kept and is there before the first paint', async () => {
  const ana = await stage.person('Ana', { colorScheme: 'light' })
  await ana.page.getByRole('button', { name: /your status$/ }).click()
  await ana.page.getByRole('menuitem', { name: 'Settings…' }).click()
  await ana.page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  const ground = () => ana.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await ground()
  await ana.page.reload({ waitUntil: 'commit' })
  await ana.page.waitForFunction(() => document.body !== null)
  expect(await ana.page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await ana.page.getByRole('heading', { name: 'Your rooms' }).waitFor()
  expect(await ground()).toBe(dark)
})
