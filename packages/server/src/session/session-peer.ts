import type { SessionHello } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { SharedText } from '../transport/shared-text.ts'
import type { SignalSink } from './signal-sink.ts'
import type { SignalPeer } from './signals.ts'

/** A session that has said hello, as those see it who carry signals. */
export class SessionPeer implements SignalPeer {
  readonly sessionId: string
  readonly device: string | null
  readonly inbox: { readonly since: string | null } | null
  readonly #session: { readonly actor: Actor }
  readonly #sink: SignalSink

  constructor(sessionId: string, hello: SessionHello, session: { readonly actor: Actor }, sink: SignalSink) {
    this.sessionId = sessionId
    this.device = hello.client.device ?? null
    this.inbox = hello.inbox === true ? { since: hello.inboxSince ?? null } : null
    this.#session = session
    this.#sink = sink
  }

  get actor(): Actor {
    return this.#session.actor
  }

  signal(message: SharedText): boolean {
    return this.#sink.signal(message)
  }

  presence(message: SharedText): boolean {
    return this.#sink.presence(message)
  }
}
