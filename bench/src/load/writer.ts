import type { Admission, Dialect, Outgoing } from '../dialects/dialect.ts'
import { Connection } from '../wire/connection.ts'

export interface WriterOptions {
  /** Message `n` is acknowledged. */
  readonly onAck: (n: number) => void
  /** A refusal, or a lost connection. */
  readonly onFailure: (error: Error) => void
}

/** A session that sends, and hears what became of it. */
export class Writer {
  readonly #dialect: Dialect
  readonly #admission: Admission
  readonly #connection: Connection
  readonly opened: Promise<void>
  #isOpen = false

  constructor(dialect: Dialect, admission: Admission, { onAck, onFailure }: WriterOptions) {
    this.#dialect = dialect
    this.#admission = admission
    const conversation = admission.converse([])
    let open: () => void = () => undefined
    this.opened = new Promise(resolve => {
      open = resolve
    })
    const say = (texts: readonly string[]) => {
      for (const text of texts) this.#connection.send(text)
    }
    this.#connection = new Connection(admission.upgrade, {
      wantsWhole: true,
      onConnected: () => {
        say(conversation.begin())
        this.#isOpen = conversation.isOpen
        if (this.#isOpen) open()
      },
      onWhole: payload => {
        const text = payload.toString()
        try {
          if (this.#isOpen) return this.#hear(text, onAck)
          say(conversation.hear(text))
          this.#isOpen = conversation.isOpen
          if (this.#isOpen) open()
        } catch (error) {
          onFailure(error instanceof Error ? error : new Error(String(error)))
        }
      },
      onEdges: () => undefined,
      onLost: reason => onFailure(new Error(`unable to go on; a writer's connection was lost: ${reason}`)),
    })
  }

  send(message: Outgoing): void {
    this.#connection.send(this.#admission.send(message))
  }

  close(): void {
    this.#connection.close()
  }

  #hear(text: string, onAck: (n: number) => void): void {
    const reply = this.#dialect.reply(text)
    if (reply !== null) this.#connection.send(reply)
    for (const n of this.#dialect.acks(text)) onAck(n)
  }
}
