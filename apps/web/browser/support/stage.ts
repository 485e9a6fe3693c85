import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { Person } from './person.ts'
import { TestServer } from './server.ts'

const ARGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** A server and a browser for the tests of one file, and the people that they call. */
export class Stage {
  #server: TestServer | null = null
  #browser: Browser | null = null
  #people: Person[] = []

  get server(): TestServer {
    if (this.#server === null) throw new Error('unable to use the server; the stage is not set')
    return this.#server
  }

  /** Somebody who has signed in; gone when the test is over. */
  async person(name: string, options?: BrowserContextOptions): Promise<Person> {
    return this.#keep(await Person.signIn(this.#ready(), this.server.url, name, options))
  }

  /** `person` at another device of theirs. */
  async deviceOf(person: Person, options?: BrowserContextOptions): Promise<Person> {
    const token = await person.token()
    return this.#keep(await Person.signIn(this.#ready(), this.server.url, person.name, options, token))
  }

  /** Somebody who stands before the sign-in. */
  async stranger(options?: BrowserContextOptions): Promise<Person> {
    return this.#keep(await Person.arrive(this.#ready(), this.server.url, 'Stranger', options))
  }

  async set(env: Record<string, string>): Promise<void> {
    this.#server = await TestServer.start(env)
    this.#browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ARGS,
    })
  }

  /** Everybody goes; answers what their browsers complained of. */
  async clear(): Promise<string[]> {
    const people = this.#people
    this.#people = []
    await Promise.all(people.map(person => person.leave()))
    return people.flatMap(person => person.problems.map(problem => `${person.name}: ${problem}`))
  }

  async strike(): Promise<void> {
    await this.#browser?.close()
    await this.#server?.stop()
  }

  #ready(): Browser {
    if (this.#browser === null) throw new Error('unable to open a browser; the stage is not set')
    return this.#browser
  }

  #keep(person: Person): Person {
    this.#people.push(person)
    return person
  }
}

/** Sets a stage for the file that calls it. Each test fails when a browser complained: of an error, or of a broken policy. */
export function setStage(env: Record<string, string> = {}): Stage {
  const stage = new Stage()
  beforeAll(() => stage.set(env))
  afterEach(async () => {
    expect(await stage.clear()).toEqual([])
  })
  afterAll(() => stage.strike())
  return stage
}
