import type { Me, PersonSettings, Refusal } from '@holdfast/protocol'
import { type Changes, Emitter } from '../changes.ts'
import { deepEqual } from '../equal.ts'
import { signedOut } from '../errors.ts'
import type { Http } from '../http.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Settings, SettingsView } from './settings-handle.ts'

/** What the settings need from the rest of the client. */
export interface SettingsDeps {
  readonly platform: Pick<ClientPlatform, 'clock'>
  readonly changes: Changes
  readonly http: Http
  /** They are others now. */
  onChange(): void
}

/** Whoever comes back has them read again at most this often. Milliseconds. */
export const READ_EVERY_MS = 60_000

const UNREAD: SettingsView = { settings: null, error: null }

/** The settings of this person, over HTTP. */
export class HttpSettings extends Emitter implements Settings {
  readonly #deps: SettingsDeps
  #view = UNREAD
  /** As the server told last. */
  #known: PersonSettings | null = null
  /** What was asked for and is not answered yet, in the order asked. */
  #asked: readonly Partial<PersonSettings>[] = []
  /** Calls go one after the other, so that the last one asked for is the last one done. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Counts the people, so that what was read for one is not shown to the next. */
  #person = 0
  /** When they were read last. Monotonic milliseconds. */
  #readAt = 0

  constructor(deps: SettingsDeps) {
    super(deps.changes)
    this.#deps = deps
  }

  getSnapshot(): SettingsView {
    return this.#view
  }

  async update(changes: Partial<PersonSettings>): Promise<void> {
    this.#ask([...this.#asked, changes])
    try {
      await this.#call('PATCH', changes)
    } finally {
      this.#ask(this.#asked.filter(asked => asked !== changes))
    }
  }

  /** Somebody looks again: another device may have changed them meanwhile. */
  visible(): void {
    if (this.#deps.platform.clock.monoMs() - this.#readAt >= READ_EVERY_MS) this.up()
  }

  /** A session has begun. */
  up(): void {
    const person = this.#person
    this.#readAt = this.#deps.platform.clock.monoMs()
    this.#call('GET').catch(({ code, message }: Refusal) => {
      if (person === this.#person) this.#show({ ...this.#view, error: { code, message } })
    })
  }

  forgetAll(): void {
    this.#person++
    this.#known = null
    this.#asked = []
    this.#show(UNREAD)
  }

  #call(method: 'GET' | 'PATCH', changes?: Partial<PersonSettings>): Promise<void> {
    const person = this.#person
    const check = () => {
      if (person !== this.#person) throw signedOut()
    }
    const call = this.#turn.then(async () => {
      check()
      const { settings } = await this.#deps.http.call<Me>(method, '/api/me', changes)
      check()
      this.#known = settings
      this.#ask(this.#asked)
    })
    this.#turn = call.catch(() => {})
    return call
  }

  #ask(asked: readonly Partial<PersonSettings>[]): void {
    this.#asked = asked
    const error = this.#known === null ? this.#view.error : null
    this.#show({ settings: this.#known && Object.assign({ ...this.#known }, ...asked), error })
  }

  #show(view: SettingsView): void {
    if (deepEqual(view, this.#view)) return
    this.#view = view
    this.changed()
    this.#deps.onChange()
  }
}
