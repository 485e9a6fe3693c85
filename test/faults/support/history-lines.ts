import { readFileSync, writeSync } from 'node:fs'
import type { Cursor, RoomEvent } from '@holdfast/protocol'

/** One thing that a device did or saw. `socket` counts the connections of a device. */
export type Saw =
  /** A person has written a message; the line stands before anything of it can leave the process. */
  | { readonly what: 'wrote'; readonly roomId: string; readonly clientId: string; readonly content: string }
  /** They were told that it is durable, and where. */
  | { readonly what: 'acked'; readonly roomId: string; readonly clientId: string; readonly at: Place }
  /** They were told that it will not be. */
  | { readonly what: 'failed'; readonly roomId: string; readonly clientId: string; readonly reason: string }
  /** They were told that a change of a message is durable, and where; `value`: its text, or the key of a reaction. */
  | ({ readonly what: 'changed'; readonly roomId: string; readonly seq: number } & Change)
  | { readonly what: 'connected'; readonly socket: number }
  | { readonly what: 'disconnected'; readonly socket: number; readonly code: number }
  /** It has asked for a room, from a cursor or for a snapshot. */
  | { readonly what: 'opened'; readonly socket: number; readonly roomId: string; readonly from: Cursor | null }
  | { readonly what: 'closed'; readonly socket: number; readonly roomId: string }
  | ({ readonly what: 'snapshot'; readonly socket: number; readonly roomId: string } & Cursor & {
        readonly places: readonly Place[]
      })
  | {
      readonly what: 'events'
      readonly socket: number
      readonly roomId: string
      readonly events: readonly SeenEvent[]
    }
  | ({ readonly what: 'live'; readonly socket: number; readonly roomId: string } & Cursor)
  | { readonly what: 'detached'; readonly socket: number; readonly roomId: string; readonly code: string }
  /** The client shows what must never be shown. */
  | { readonly what: 'breach'; readonly rule: string; readonly text: string }
  /** What it shows in the end: the messages that it holds, each as `canonical` has it. */
  | ({ readonly what: 'view'; readonly roomId: string; readonly status: string; readonly hasMore: boolean } & Cursor & {
        readonly messages: readonly string[]
      })

/** A message's place in the log. */
export interface Place {
  readonly seq: number
  readonly messageId: string
}

/** What somebody has done to a message. */
export interface Change {
  readonly change: 'message.edit' | 'message.delete' | 'reaction.add'
  readonly messageId: string
  readonly value: string
}

/** An event as it came, by what nothing may ever change of it. */
export interface SeenEvent {
  readonly seq: number
  readonly face: string
}

/** A line of a history file. */
export type HistoryLine = Saw & { readonly device: string; readonly userId: string }

/** Writes a line. It is the kernel's with that: it outlives the process, however that ends. */
export function note(file: number, line: HistoryLine): void {
  writeSync(file, `${JSON.stringify(line)}\n`)
}

/** All lines of a file. The last one may be cut where the process was killed. */
export function readHistory(path: string): readonly HistoryLine[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.slice(0, -1).map(line => JSON.parse(line) as HistoryLine)
}

/** What nothing may ever change of an event: texts go when messages are deleted, and messages come as they are now. */
export function faceOf(event: RoomEvent): string {
  const { kind, by, at } = event
  return [kind, by, at, subjectOf(event)].join(' ')
}

function subjectOf(event: RoomEvent): string {
  switch (event.kind) {
    case 'message.created':
      return `${event.message.id} ${event.message.clientId}`
    case 'reaction.added':
    case 'reaction.removed':
      return `${event.messageId} ${event.key}`
    case 'room.created':
    case 'room.updated':
      return event.room.name
    case 'member.joined':
    case 'member.updated':
      return event.member.userId
    case 'member.left':
      return `${event.userId} ${event.reason}`
    default:
      return event.messageId
  }
}
