import type { Presence as PresenceFrame, Typing, UpFrame } from '@holdfast/protocol'
import type { Changes } from '../changes.ts'
import type { Http } from '../http.ts'
import type { NetworkChange } from '../platform/network.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { IdleOptions } from './idle-options.ts'
import { ClientPresence } from './presence.ts'
import { ReadMarker } from './read-marker.ts'
import { HttpSettings } from './settings.ts'
import { TypingShown } from './typing-shown.ts'

/** What the signals need from the rest of the client. */
export interface SignalsDeps {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly http: Http
  readonly idle: IdleOptions | false | undefined
  /** Rooms that somebody has asked for, by id. */
  readonly rooms: ReadonlyMap<string, SignalledRoom>
  /** Says false when there is no session. */
  send(frame: UpFrame): boolean
  /** A `ref` that no other command of this client has. */
  nextRef(): string
  userId(): string | null
}

/** A room, as far as signals are shown in it. */
export interface SignalledRoom {
  /** Whether it is live, and this person is among the members held. */
  shows(userId: string): boolean
  /** What is shown of it is to be made anew. */
  changed(): void
  stopTyping(): void
}

/** What is no event of a log, in all rooms of a client: who types, who is there, how far this person has read, what they settled. */
export class Signals {
  // Declared only, for its bytes: see HoldfastClient in client.ts. The constructor sets them.
  declare readonly presence: ClientPresence
  declare readonly settings: HttpSettings
  declare readonly typing: TypingShown
  declare readonly readMarker: ReadMarker
  readonly #deps: SignalsDeps

  constructor(deps: SignalsDeps) {
    const { platform, rooms, userId } = deps
    this.#deps = deps
    this.readMarker = new ReadMarker(deps)
    this.settings = new HttpSettings({ ...deps, onChange: () => this.#rooms(room => room.changed()) })
    this.presence = new ClientPresence({ ...deps, isShown: id => [...rooms.values()].some(room => room.shows(id)) })
    this.typing = new TypingShown({ platform, userId, onChange: roomId => rooms.get(roomId)?.changed() })
  }

  /** Whether this person shows how far they read, and so sees it of others. */
  get showsReads(): boolean {
    return this.settings.getSnapshot().settings?.readReceipts !== false
  }

  /** A session has begun. */
  up(): void {
    this.readMarker.up()
    this.presence.up()
    this.settings.up()
  }

  take(frame: Typing | PresenceFrame): void {
    if (frame.type === 'typing') this.typing.take(frame)
    else this.presence.take(frame.users)
  }

  /** Somebody looks at the application; or nobody does any more, and it may be about to end. */
  look(change: NetworkChange): void {
    this.presence.look()
    if (change === 'visible') this.settings.visible()
    if (change !== 'hidden') return
    this.readMarker.flush()
    this.#rooms(room => room.stopTyping())
  }

  forgetAll(): void {
    this.readMarker.forgetAll()
    this.presence.forgetAll()
    this.settings.forgetAll()
  }

  #rooms(visit: (room: SignalledRoom) => void): void {
    for (const room of this.#deps.rooms.values()) visit(room)
  }
}
