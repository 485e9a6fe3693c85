import { assertNever, type InboxEntry, type Message, type RoomEvent, reduceMessage } from '@holdfast/protocol'

/** What a room's line tells to everybody alike, encoded once for all of them. */
export class Face {
  readonly #roomId: string
  readonly #type: InboxEntry['type']
  #name: string
  #lastMessage: Message | null
  #activeAt: number
  #text: string | null = null
  #bytes = 0

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

  /** Its members as JSON, without the braces round them: `"roomId":…,"lastMessage":…`. */
  get text(): string {
    if (this.#text === null) {
      const fields = { roomId: this.#roomId, name: this.#name, type: this.#type, activeAt: this.#activeAt }
      this.#text = JSON.stringify({ ...fields, lastMessage: this.#lastMessage }).slice(1, -1)
      this.#bytes = Buffer.byteLength(this.#text)
    }
    return this.#text
  }

  /** The bytes of `text`. */
  get bytes(): number {
    return this.text === '' ? 0 : this.#bytes
  }

  /** Takes the next event. */
  fold(event: RoomEvent): void {
    switch (event.kind) {
      case 'message.created':
        this.#lastMessage = event.message
        this.#activeAt = event.message.createdAt
        this.#text = null
        return
      case 'message.edited':
      case 'message.deleted':
      case 'reaction.added':
      case 'reaction.removed':
      case 'message.pinned':
      case 'message.unpinned':
        if (this.#lastMessage?.id !== event.messageId) return
        this.#lastMessage = reduceMessage(this.#lastMessage, event)
        this.#text = null
        return
      case 'room.created':
      case 'room.updated':
        if (this.#name === event.room.name) return
        this.#name = event.room.name
        this.#text = null
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
