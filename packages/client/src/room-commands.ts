import type { Room, SeenAnswer, UpdateRoomBody } from '@holdfast/protocol'
import { type Changes, Emitter } from './changes.ts'
import type { Command, Requests } from './connection/requests.ts'
import type { Http } from './http.ts'
import { HttpMembers } from './members.ts'
import type { EditOptions, RoomMembers } from './room-handle.ts'

/** What the commands of one room go by. */
export interface RoomCommandsDeps {
  readonly changes: Changes
  readonly requests: Requests
  readonly http: Http
  /** This person has come into a room or is out of one. */
  onMembership(): void
}

/** What is done in one room and answered there and then: each method is one command, or one call over HTTP. */
export class RoomCommands extends Emitter {
  // Declared only, for its bytes: see HoldfastClient in client.ts. The constructor sets them.
  declare readonly id: string
  declare readonly members: RoomMembers
  /** Of the room, `/api/rooms/…`. */
  declare protected readonly path: string
  readonly #deps: RoomCommandsDeps

  constructor(id: string, deps: RoomCommandsDeps) {
    super(deps.changes)
    this.id = id
    this.path = `/api/rooms/${encodeURIComponent(id)}`
    this.members = new HttpMembers(deps.http, this.path)
    this.#deps = deps
  }

  edit(messageId: string, content: string, { mentions }: EditOptions = {}): Promise<void> {
    return this.#do({ type: 'message.edit', messageId, content, ...(mentions && { mentions: [...mentions] }) })
  }

  delete(messageId: string): Promise<void> {
    return this.#do({ type: 'message.delete', messageId })
  }

  react(messageId: string, key: string): Promise<void> {
    return this.#do({ type: 'reaction.add', messageId, key })
  }

  unreact(messageId: string, key: string): Promise<void> {
    return this.#do({ type: 'reaction.remove', messageId, key })
  }

  pin(messageId: string): Promise<void> {
    return this.#do({ type: 'message.pin', messageId })
  }

  unpin(messageId: string): Promise<void> {
    return this.#do({ type: 'message.unpin', messageId })
  }

  update(changes: UpdateRoomBody): Promise<Room> {
    return this.#deps.http.call('PATCH', this.path, changes)
  }

  async remove(): Promise<void> {
    await this.#deps.http.call('DELETE', this.path)
    this.#deps.onMembership()
  }

  seenBy(messageId: string): Promise<SeenAnswer> {
    return this.#deps.http.call('GET', `${this.path}/messages/${encodeURIComponent(messageId)}/seen`)
  }

  #do(command: Told<Command>): Promise<void> {
    return this.#deps.requests.request({ ...command, roomId: this.id })
  }
}

/** A command of this room, which need not be named. */
type Told<C> = C extends Command ? Omit<C, 'roomId' | 'ref'> : never
