import { expect, it } from 'vitest'
import type { Person } from './support/person.ts'
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

it('a draft outlives a reload, in its room and in the list; nobody is told of it as typing', async () => {
  const ana = await stage.person('Ana')
  const path = await ana.createRoom('First')
  const told: string[] = []
  ana.page.on('websocket', socket => socket.on('framesent', ({ payload }) => told.push(payload.toString())))
  await ana.composer.fill('half a thought\nand half another')
  await ana.page.reload()
  await expect.poll(() => ana.composer.inputValue()).toBe('half a thought\nand half another')
  await ana.page.goto('/')
  const link = ana.page.getByRole('link', { name: /First/ })
  await link.filter({ hasText: 'Draft: half a thought and half another' }).waitFor()
  await link.click()
  await expect.poll(() => ana.composer.inputValue()).toBe('half a thought\nand half another')
  expect(told.join()).toContain('room.open')
  expect(told.join()).not.toContain('typing')

  await ana.composer.press('Enter')
  await ana.sees('half a thought')
  await ana.page.reload()
  await ana.sees('half a thought')
  expect(await ana.composer.inputValue(), 'what was sent is no draft').toBe('')
  expect(new URL(ana.page.url()).pathname).toBe(path)
})

it('what another tab writes is not taken for a draft of this one, is sent once, and told to nobody as typing', async () => {
  const ana = await stage.person('Ana')
  await ana.createRoom('Twice')
  const link = (page: Person['page']) => page.getByRole('link', { name: /Twice/ })
  const other = await ana.context.newPage()
  const told: string[] = []
  other.on('websocket', socket => socket.on('framesent', ({ payload }) => told.push(payload.toString())))
  await other.goto('/')
  await link(other).waitFor()
  await ana.composer.fill('hello')
  await expect.poll(() => other.evaluate(() => JSON.stringify(localStorage))).toContain('hello')
  await link(other).click()
  const field = other.getByRole('textbox', { name: /^Message / })
  await field.waitFor()
  expect(await field.inputValue()).toBe('')
  await other.getByRole('log').waitFor()
  expect(told.join()).toContain('room.open')
  expect(told.join()).not.toContain('typing')
  await ana.composer.press('Enter')
  await ana.sees('hello')

  await ana.composer.fill('of a room that is left')
  await ana.page.getByRole('button', { name: 'Room menu' }).click()
  await ana.page.getByRole('menuitem', { name: 'Delete room…' }).click()
  await ana.page
    .getByRole('dialog')
    .getByRole('button', { name: /Delete/ })
    .click()
  await ana.page.getByText('You are in no room yet').waitFor()
  expect(await ana.page.evaluate(() => JSON.stringify(localStorage))).not.toContain('of a room that is left')
})

it('drafts go with whoever wrote them: when they sign out, and when a link brings somebody else', async () => {
  const drafts = ({ page }: Person) =>
    page.evaluate(() => Object.entries(localStorage).filter(entry => entry.join().includes('half a thought')))
  const ana = await stage.person('Ana')
  await ana.createRoom('Private')
  await ana.composer.fill('half a thought')
  await expect.poll(() => drafts(ana)).toHaveLength(1)
  const ben = await stage.person('Ben')
  const [own, other] = [await ana.token(), await ben.token()]
  const arriveWith = async (token: string, name: string) => {
    await ana.page.goto(`/#token=${token}`)
    await ana.page.reload()
    await ana.page.getByRole('heading', { name: `Good to see you, ${name}` }).waitFor()
  }
  await arriveWith(own, 'Ana')
  expect(await drafts(ana), 'the same person').toHaveLength(1)
  await arriveWith(other, 'Ben')
  expect(await drafts(ana)).toEqual([])

  await ben.createRoom('His own')
  await ben.composer.fill('half a thought')
  await expect.poll(() => drafts(ben)).toHaveLength(1)
  await ben.page.getByRole('button', { name: 'Sign out' }).click()
  await ben.page.getByLabel('Your name').waitFor()
  expect(await drafts(ben)).toEqual([])
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
