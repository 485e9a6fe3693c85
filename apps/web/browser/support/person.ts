import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'

/**
 * How long is waited for whatever must come, in milliseconds: many times what it takes, since a machine may be slow and busy.
 */
const PATIENCE_MS = 30_000

/** What a browser says of a network that is away: expected where a test takes it away. */
const NETWORK_AWAY = /net::ERR_|WebSocket connection to/

/** Somebody at a browser of their own. Says what people do; finds things as people do: by role and name. */
export class Person {
  readonly name: string
  readonly context: BrowserContext
  readonly page: Page
  /** Console errors, uncaught errors and policy violations, but for the network being away. */
  readonly problems: string[] = []

  readonly #hasTouch: boolean
  readonly #expected: RegExp[] = [NETWORK_AWAY]

  private constructor(name: string, context: BrowserContext, page: Page, hasTouch: boolean) {
    this.#hasTouch = hasTouch
    this.name = name
    this.context = context
    this.page = page
    page.on('pageerror', error => this.problems.push(`uncaught: ${error.message}`))
    page.on('console', message => {
      const text = message.text()
      if (message.type() === 'error' && !this.#expected.some(known => known.test(text))) this.problems.push(text)
    })
  }

  static async arrive(
    browser: Browser,
    url: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Person> {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    const person = new Person(name, context, await context.newPage(), options.hasTouch ?? false)
    await person.page.goto('/')
    return person
  }

  /** Arrives signed in as a guest, as somebody does who has been here before; with a `token` as whoever has that. */
  static async signIn(
    browser: Browser,
    url: string,
    name: string,
    options: BrowserContextOptions = {},
    token?: string,
  ): Promise<Person> {
    const session = JSON.stringify({ token: token ?? (await guestToken(url, name)), name })
    const localStorage = [{ name: 'holdfast.session', value: session }]
    const person = await Person.arrive(browser, url, name, {
      ...options,
      storageState: { cookies: [], origins: [{ origin: new URL(url).origin, localStorage }] },
    })
    await person.page.getByRole('heading', { name: 'Your rooms' }).waitFor()
    return person
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message / })
  }

  get log(): Locator {
    return this.page.getByRole('log')
  }

  /** The row of a message by its words. */
  row(words: string): Locator {
    return this.log.locator('[data-row]').filter({ hasText: words })
  }

  async createRoom(name: string): Promise<string> {
    await this.page.getByRole('button', { name: 'New room' }).click()
    await this.page.getByRole('textbox', { name: 'Name' }).fill(name)
    await this.page.getByRole('button', { name: 'Create room' }).click()
    await this.page.getByRole('heading', { name, level: 1 }).waitFor()
    await this.composer.waitFor()
    return new URL(this.page.url()).pathname
  }

  /** Goes to a public room by its address and joins it. */
  async join(path: string): Promise<void> {
    await this.page.goto(path)
    await this.page.getByRole('button', { name: 'Join room' }).click()
    await this.composer.waitFor()
  }

  async say(words: string): Promise<void> {
    await this.composer.fill(words)
    // On a touch screen Enter breaks the line.
    if (this.#hasTouch) await this.page.getByRole('button', { name: 'Send', exact: true }).tap()
    else await this.composer.press('Enter')
  }

  /** Waits until a message is on the screen as one of the log. */
  async sees(words: string): Promise<void> {
    await this.log.locator('[data-row][data-status="sent"][data-message]').filter({ hasText: words }).waitFor()
  }

  /** The words of all messages, top to bottom. */
  messages(): Promise<string[]> {
    return this.log.locator('[data-row] .hf-bubble-text').allTextContents()
  }

  /** Waits until as many messages as `count` are on the screen, all of them in the log, and answers their words in order. */
  async settled(count: number): Promise<string[]> {
    await this.page.waitForFunction(
      wanted =>
        document.querySelectorAll('[data-row]').length === wanted &&
        document.querySelectorAll('[data-row][data-message]').length === wanted,
      count,
    )
    return this.messages()
  }

  /** Uses a tool of a message's row. */
  async act(words: string, tool: string): Promise<void> {
    const row = this.row(words)
    if (this.#hasTouch) await row.locator('.hf-bubble-meta').tap()
    else await row.hover()
    await row.getByRole('button', { name: tool, exact: true }).click()
  }

  /** From here on it is no problem when the browser complains so, as it does itself of each request that is refused. */
  expectsComplaint(words: RegExp): void {
    this.#expected.push(words)
  }

  /** The token of this person, to do over HTTP what the page has no button for. */
  token(): Promise<string> {
    return this.page.evaluate(() => JSON.parse(localStorage.getItem('holdfast.session') ?? '{}').token as string)
  }

  /** What axe finds wrong with the page, once nothing changes its colour or place any more. */
  async violations(): Promise<string[]> {
    await this.page.waitForFunction(() =>
      document.getAnimations().every(({ effect }) => effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY),
    )
    const { violations } = await new AxeBuilder({ page: this.page }).analyze()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(node => `${node.html} ${node.failureSummary}`).join(' | ')}`,
    )
  }

  async leave(): Promise<void> {
    await this.context.close()
  }
}

async function guestToken(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  })
  return ((await response.json()) as { token: string }).token
}
