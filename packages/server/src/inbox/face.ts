import { assertNever, type InboxEntry, type Message, type RoomEvent, reduceMessage } from '@holdfast/protocol'

/** What a room's line tells to everybody alike, encoded once for all of them. */
export class Face {
  readonly #roomId: string
  readonly #type: InboxEntry['type']
  #name: string
  #lastMessage: Message | null
  #activeAt: number
  #encoded: { readonly text: string; readonly bytes: number } | null = null

  /** As the log gave it. */
  constructor({ roomId, type, name, lastMessage, activeAt }: InboxEntry) {
    this.#roomId = roomId
    this.#type = type
    this.#name = name
    this.#lastMessage = lastMessage
    this.#activeAt = activeAt
  }

  /** When the room was last active, in milliseconds since the epoch. */
  get activeAt(): number {
    return this.#activeAt
  }

  /** Its members as JSON, without the braces round them: `"roomId":…,"lastMessage":…`; and how many bytes that is. */
  get encoded(): { readonly text: string; readonly bytes: number } {
    if (this.#encoded === null) {
      const fields = { roomId: this.#roomId, name: this.#name, type: this.#type, activeAt: this.#activeAt }
      const text = JSON.stringify({ ...fields, lastMessage: this.#lastMessage }).slice(1, -1)
      this.#encoded = { text, bytes: Buffer.byteLength(text) }
    }
    return this.#encoded
  }

  /** Takes the next event. */
  fold(event: RoomEvent): void {
    switch (event.kind) {
      case 'message.created':
        this.#lastMessage = event.message
        this.#activeAt = event.message.createdAt
        this.#encoded = null
        return
      case 'message.edited':
      case 'message.deleted':
      case 'reaction.added':
      case 'reaction.removed':
      case 'message.pinned':
      case 'message.unpinned':
        if (this.#lastMessage?.id !== event.messageId) return
        this.#lastMessage = reduceMessage(this.#lastMessage, event)
        this.#encoded = null
        return
      case 'room.created':
      case 'room.updated':
        if (this.#name === event.room.name) return
        this.#name = event.room.name
        this.#encoded = null
        return
      case 'member.joined':
      case 'member.updated':
      case 'member.left':
        return
      default:
        assertNever(event)
    }
  }
}
