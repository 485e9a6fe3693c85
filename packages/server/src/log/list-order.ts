import type { Room, RoomListEntry } from '@holdfast/protocol'

/**
 * The orders in which lists of rooms are given. They are made of what the list itself shows, so that the lists of
 * several logs can be merged, and a cursor is the place of a list's last line.
 */

/** A place in a list by activity. */
export interface ActivityMark {
  /** When the room's last message was made; without one, the room. */
  readonly at: number
  readonly roomId: string
}

/** A place in a list by name. */
export interface NameMark {
  /** As `foldCase` gives it. */
  readonly name: string
  readonly roomId: string
}

export function activityOf(entry: RoomListEntry): ActivityMark {
  return { at: entry.lastMessage?.createdAt ?? entry.createdAt, roomId: entry.id }
}

export function nameMarkOf(room: Room): NameMark {
  return { name: foldCase(room.name), roomId: room.id }
}

/** Newest activity first. */
export function compareActivity(a: ActivityMark, b: ActivityMark): number {
  return b.at - a.at || compareText(b.roomId, a.roomId)
}

/** By name, ignoring case. */
export function compareNames(a: NameMark, b: NameMark): number {
  return compareText(a.name, b.name) || compareText(a.roomId, b.roomId)
}

/** How names are compared and searched, whichever store keeps them. */
export function foldCase(name: string): string {
  return name.toLowerCase()
}

/** By the bytes of UTF-8, as databases compare; JavaScript's own order differs beyond U+FFFF. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
