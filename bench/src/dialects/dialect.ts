import type { Upgrade } from '../wire/connection.ts'

/** How a server's events are counted from a frame. */
export type Counting =
  /**
   * Events carry contiguous numbers, and a frame's first and last number stand within its edges. Cheap for frames of any length;
   * every reader checks that a frame begins where the last one ended.
   */
  | 'range'
  /** Every event holds the mark once, and frames are read whole. */
  | 'mark'

/** What a message looks like to the generator: its number in this run, which every server carries back in its `clientId`. */
export interface Outgoing {
  readonly n: number
  readonly roomId: string
  readonly content: string
}

/** From a connection's upgrade until its rooms are open: what to say to what is heard. */
export interface Conversation {
  /** The frames to send when the connection stands. */
  begin(): readonly string[]
  /** The frames to answer with. @throws Error when the server refuses. */
  hear(text: string): readonly string[]
  /** Whether everything asked for stands: what comes from now on is live. */
  readonly isOpen: boolean
  /** Where the first of its rooms stood then: the epoch of its log, and the number of its last event, where there are such. */
  readonly cursor: Cursor
}

/** A place in a room's log. */
export interface Cursor {
  readonly epoch: string
  readonly seq: number
}

/** The cursor of a server that has none. */
export const NOWHERE: Cursor = { epoch: '', seq: 0 }

/** What a person needs to connect; it is made before, so that a storm of connections costs the generator little. */
export interface Admission {
  readonly upgrade: Upgrade
  /** For a reader of these rooms, or a writer, who has none. With a cursor the first room goes on from there, if the server can. */
  converse(roomIds: readonly string[], from?: Cursor): Conversation
  /** A message of this person's as a frame. */
  send(message: Outgoing): string
}

/** Rooms and people of a run, as they are to be before it starts. */
export interface Scene {
  readonly rooms: readonly SceneRoom[]
}

export interface SceneRoom {
  readonly id: string
  /** Who may send in it; the first one makes it. */
  readonly writers: readonly string[]
}

/**
 * What the log of a room holds of a run: the numbers of its messages, as often as they stand there. `after`: so many of its first messages need
 * not be told. Default 0.
 */
export type LogReader = (roomId: string, as: string, after?: number) => Promise<readonly number[]>

/** What the generator must know of a kind of server to load it. A peer is one of these and a way to start it. */
export interface Dialect {
  readonly counting: Counting
  /** More messages on their way at once would wait and gain nothing: a server that writes a frame for each of them is busy with some. */
  readonly mostInFlight: number
  /** Makes the rooms, and lets the people in. */
  prepare(scene: Scene): Promise<void>
  admit(userId: string): Promise<Admission>
  /** The numbers of the messages that this frame acknowledges. @throws Error when it refuses one. */
  acks(text: string): readonly number[]
  /** What a client of this kind must answer at any time (a ping in text), or null. */
  reply(text: string): string | null
  /** A signal of a reader who is a member, the `i`th of its kind, or null where there are none. `seq` is what it has read. */
  signal(roomId: string, seq: number, i: number): string | null
  /** Checks a sampled frame as far as the contract says something of it; `seq` is the last number seen. Gives the new one. */
  check(text: string, seq: number): number
  /** What stands in the log, or null for a server that keeps none, or whose messages cannot be read back simply. */
  readonly log: LogReader | null
  /** How many messages of this run a server without `log` keeps in all rooms; null for one that keeps none, or that is asked by `log`. */
  readonly kept: (() => Promise<number>) | null
}

/** Enough messages on their way to keep a server busy that writes each in a frame of its own. */
export const IN_FLIGHT_UNSHARED = 128

/** What every message's `clientId` begins with; its number follows. No content holds the mark. */
export const CLIENT_ID = 'm-'
export const MARK: Buffer = Buffer.from(`"clientId":"${CLIENT_ID}`)

/** The `clientId` of message `n`. */
export function clientIdOf(n: number): string {
  return `${CLIENT_ID}${n}`
}

/** The number of a message by its `clientId`, or NaN for one that is not of this run. */
export function numberOf(clientId: string): number {
  return clientId.startsWith(CLIENT_ID) ? Number(clientId.slice(CLIENT_ID.length)) : Number.NaN
}
