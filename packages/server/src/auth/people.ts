import type { Actor } from '../log/actor.ts'
import type { LogCommand } from '../log/command.ts'

/** Most people whose name is known to be told; past it they are told again, which changes nothing. */
const MAX_KNOWN = 10_000

/**
 * Tells the log the display name of whoever shows a token, once per person and name, so that people whom others put in a
 * room have a name there.
 */
export class People {
  readonly #submit: (command: LogCommand) => unknown
  readonly #known = new Map<string, string>()

  constructor(submit: (command: LogCommand) => unknown) {
    this.#submit = submit
  }

  /** `actor` has shown a token. What they do next is decided after their name is known. */
  seen(actor: Actor): void {
    if (this.#known.get(actor.userId) === actor.name) return
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    this.#known.set(actor.userId, actor.name)
    this.#submit({ kind: 'user.seen', actor })
  }
}
