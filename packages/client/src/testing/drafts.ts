import type { Message, MessageType, RoomEvent, SendResult } from '@holdfast/protocol'

/** A message as its sender made it. */
export interface Draft {
  /** Names the message for ever: sent again, it is the same one. */
  readonly clientId: string
  readonly content: string
  /** Default `text`. */
  readonly kind?: MessageType | undefined
  /** Default null. */
  readonly replyTo?: string | null | undefined
  /** Default: nobody. */
  readonly mentions?: readonly string[] | undefined
  /** Default null. */
  readonly seen?: number | null | undefined
}

/** What became of a message: `event` is null when it had been sent before. */
export interface Sent {
  readonly event: RoomEvent | null
  readonly result: SendResult
}

interface Known {
  readonly result: SendResult
  readonly fingerprint: string
}

/** Where a draft becomes a message. */
interface Place extends Pick<Message, 'id' | 'roomId' | 'senderId' | 'senderName'> {
  /** Where the log ends before it. */
  readonly head: number
}

/** What was sent to a room, by its sender's own ids: for ever, not for a time-out. */
export class SentMessages {
  readonly #known = new Map<string, Known>()

  /** What this sender has sent by the draft's `clientId`, and whether it said the same; null: nothing. */
  of(senderId: string, draft: Draft): { readonly result: SendResult; readonly isSame: boolean } | null {
    const known = this.#known.get(keyOf(senderId, draft))
    return known === undefined ? null : { result: known.result, isSame: known.fingerprint === fingerprintOf(draft) }
  }

  keep(senderId: string, draft: Draft, result: SendResult): void {
    this.#known.set(keyOf(senderId, draft), { result, fingerprint: fingerprintOf(draft) })
  }

  /** The log ends at `seq` now: what came after it was never sent. */
  cut(seq: number): void {
    for (const [key, { result }] of this.#known) if (result.seq > seq) this.#known.delete(key)
  }
}

/** The message that a draft becomes; its `seq` and stamp are the log's to give. */
export function messageOf(draft: Draft, { head, ...place }: Place): Message {
  const { clientId, content, kind = 'text', replyTo = null, mentions = [], seen = null } = draft
  return {
    ...place,
    seq: 0,
    clientId,
    type: kind,
    content,
    replyTo,
    attachments: [],
    mentions: [...new Set(mentions)],
    seen: seen === null ? null : Math.min(seen, head),
    createdAt: 0,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
  }
}

/** There is no slash in a clientId. */
function keyOf(senderId: string, { clientId }: Draft): string {
  return `${clientId}/${senderId}`
}

/** What makes two sends of one `clientId` the same message. */
function fingerprintOf({ content, kind = 'text', replyTo = null, mentions = [] }: Draft): string {
  return JSON.stringify([kind, replyTo, [...new Set(mentions)].toSorted(), content])
}
