import type { PresenceSet, Refusal } from '@holdfast/protocol'
import { Inboxes } from './inbox/inboxes.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Parts } from './parts.ts'
import { PresenceService } from './people/presence-service.ts'
import { TypingStarts } from './room/typing-starts.ts'
import type { SignalPeer, SignalSource, Signals } from './session/signals.ts'

/** The signals of one node: hands what sessions tell to those who carry it, and what other nodes tell to those who are told. */
export class NodeSignals implements Signals {
  readonly presence: PresenceService
  readonly #inboxes: Inboxes
  readonly #typing: TypingStarts

  constructor({ settings, log, bus, presence }: Parts, metrics: Metrics) {
    const { platform, logger } = settings
    const publish: typeof bus.publish = message => bus.publish(message)
    this.presence = new PresenceService({ ...platform, store: presence, log, logger, publish })
    this.#inboxes = new Inboxes({ ...platform, log, metrics, logger, isBusReliable: bus.isReliable })
    this.#typing = new TypingStarts({
      ...{ log, publish, clock: platform.clock },
      isHidden: userId => this.presence.isHidden(userId),
    })
    // A listener each: what one of them fails at is not lost to the others.
    bus.subscribe(message => this.presence.receive(message))
    bus.subscribe(message => this.#inboxes.receive(message))
    bus.subscribe(message => this.#typing.hear(message))
    if (!bus.isReliable) this.presence.watchStore()
  }

  begin(peer: SignalPeer): void {
    this.presence.begin(peer)
    this.#inboxes.begin(peer)
  }

  end(sessionId: string): void {
    this.presence.end(sessionId)
    this.#inboxes.end(sessionId)
    this.#typing.end(sessionId)
  }

  async typing({ sessionId, actor }: SignalSource, roomId: string, isTyping: boolean): Promise<Refusal | null> {
    if (isTyping) return this.#typing.start(sessionId, actor, roomId)
    this.#typing.stop(sessionId, actor, roomId)
    return null
  }

  setPresence(source: SignalSource, wish: PresenceSet): Promise<Refusal | null> {
    return this.presence.set(source, wish)
  }

  watchPresence(source: SignalSource, userIds: readonly string[]): Promise<Refusal | null> {
    return this.presence.watch(source, userIds)
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.presence.close()
    this.#inboxes.close()
  }
}
