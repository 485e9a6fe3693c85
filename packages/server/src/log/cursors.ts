import { isRoomId } from '@holdfast/protocol'
import type { ActivityMark, NameMark } from './list-order.ts'

/**
 * The opaque cursors of the paged reads. Each begins with a letter that tells what it pages; whatever is not exactly
 * one of them parses to null and is answered `bad_request`. They name a place and not a row, so that a page is found by
 * its index whatever was written, and nothing of them reaches a query but numbers and a bound text.
 */

/** A place in a room's history: the page before `seq`, or the one after it. */
export interface HistoryMark {
  readonly direction: 'before' | 'after'
  readonly seq: number
}

/** Longest cursor that is looked at; a room's name of 200 bytes fits. */
const MAX_CURSOR = 1_024

export function formatHistory(mark: HistoryMark): string {
  return `${mark.direction === 'before' ? 'b' : 'a'}.${mark.seq}`
}

export function parseHistory(cursor: string): HistoryMark | null {
  const [, letter, digits] = /^([ab])\.(\d{1,16})$/.exec(cursor) ?? []
  const seq = safe(digits)
  return seq === null ? null : { direction: letter === 'b' ? 'before' : 'after', seq }
}

/** A place in the list of members: after the one who joined at `seq`. */
export function formatMembers(seq: number): string {
  return `m.${seq}`
}

export function parseMembers(cursor: string): number | null {
  return safe(/^m\.(\d{1,16})$/.exec(cursor)?.[1])
}

export function formatActivity(mark: ActivityMark): string {
  return `r.${mark.at}.${mark.roomId}`
}

export function parseActivity(cursor: string): ActivityMark | null {
  const [, digits, roomId] = /^r\.(\d{1,16})\.([^.]{1,64})$/.exec(cursor) ?? []
  const at = safe(digits)
  return at === null || roomId === undefined || !isRoomId(roomId) ? null : { at, roomId }
}

export function formatName(mark: NameMark): string {
  return `d.${mark.roomId}.${Buffer.from(mark.name, 'utf8').toString('base64url')}`
}

export function parseName(cursor: string): NameMark | null {
  if (cursor.length > MAX_CURSOR) return null
  const [, roomId, encoded] = /^d\.([^.]{1,64})\.([A-Za-z0-9_-]*)$/.exec(cursor) ?? []
  if (roomId === undefined || encoded === undefined || !isRoomId(roomId)) return null
  return { roomId, name: Buffer.from(encoded, 'base64url').toString('utf8') }
}

/** A moment in all that changes what people's lists tell: after the store's transaction `count`. */
export interface InboxMark {
  readonly store: string
  readonly count: number
}

export function formatInbox(mark: InboxMark): string {
  return `i.${mark.store}.${mark.count}`
}

export function parseInbox(cursor: string): InboxMark | null {
  const [, store, digits] = /^i\.([A-Za-z0-9_-]{1,64})\.(\d{1,16})$/.exec(cursor) ?? []
  const count = safe(digits)
  return store === undefined || count === null ? null : { store, count }
}

/** One cursor of two stores, neither of whose own holds the sign between them. */
export function joinInbox(first: string, second: string): string {
  return `${first}~${second}`
}

export function splitInbox(cursor: string): readonly [string, string] {
  const [first = '', second = ''] = cursor.split('~', 2)
  return [first, second]
}

function safe(digits: string | undefined): number | null {
  if (digits === undefined) return null
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : null
}
