import { type ErrorFrame, encode, type Ok, type UpFrame } from '@holdfast/protocol'
import { bytesOf } from '../bytes.ts'
import { type ClientErrorCode, errorOf, HoldfastError, signedOut } from '../errors.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'

/** What requests need from the rest of the client. */
export interface RequestsDeps {
  readonly platform: ClientPlatform
  /** Says false when there is no session. */
  send(frame: UpFrame): boolean
  /** A `ref` that no other command of this client has. */
  nextRef(): string
  /** The largest WebSocket message that the server takes now, in bytes. */
  frameBytes(): number
}

/** How long a command waits for a session and its answer. Milliseconds. */
export const REQUEST_WAIT_MS = 30_000
/** Commands that may wait at once; a further one is refused on the spot. */
export const MAX_REQUESTS = 256

/** The commands that are answered by `ok` and do no harm when they arrive twice. */
export type Command = Extract<
  UpFrame,
  { type: 'message.edit' | 'message.delete' | 'reaction.add' | 'reaction.remove' | 'message.pin' | 'message.unpin' }
>

interface Waiting {
  readonly frame: UpFrame
  readonly answer: PromiseWithResolvers<void>
  readonly cancelTimeout: Cancel
}

/**
 * Commands and their answers, told apart by `ref`. What has no answer when a session ends is sent again, in order, in the
 * next one: all of these commands are idempotent, and nobody knows whether they had arrived.
 */
export class Requests {
  readonly #deps: RequestsDeps
  readonly #waiting = new Map<string, Waiting>()

  constructor(deps: RequestsDeps) {
    this.#deps = deps
  }

  /** Resolves once the server has done it. Rejects with a `HoldfastError`. */
  async request(command: Command): Promise<void> {
    const fail = (code: ClientErrorCode, reason: string) =>
      new HoldfastError(code, `unable to do ${command.type}; ${reason}`)
    if (this.#waiting.size >= MAX_REQUESTS) throw fail('unavailable', 'too many are waiting')
    const ref = this.#deps.nextRef()
    const frame = { ...command, ref }
    // It would close the connection (1009), and again each time it is sent.
    if (bytesOf(encode(frame)) > this.#deps.frameBytes()) throw fail('too_large', 'it is too long')
    const answer = Promise.withResolvers<void>()
    const cancelTimeout = this.#deps.platform.scheduler.after(REQUEST_WAIT_MS, () => {
      this.#take(ref)?.answer.reject(fail('timeout', 'the server did not answer'))
    })
    this.#waiting.set(ref, { frame, answer, cancelTimeout })
    this.#deps.send(frame)
    return answer.promise
  }

  /** A session has begun. */
  up(): void {
    for (const { frame } of this.#waiting.values()) this.#deps.send(frame)
  }

  /** Nobody will answer any more: the client was stopped for good. */
  close(): void {
    for (const ref of this.#waiting.keys()) {
      this.#take(ref)?.answer.reject(signedOut())
    }
  }

  takeOk(frame: Ok): void {
    this.#take(frame.ref)?.answer.resolve()
  }

  takeError(frame: ErrorFrame): void {
    this.#take(frame.ref)?.answer.reject(errorOf(frame))
  }

  #take(ref = ''): Waiting | undefined {
    const waiting = this.#waiting.get(ref)
    this.#waiting.delete(ref)
    waiting?.cancelTimeout()
    return waiting
  }
}
