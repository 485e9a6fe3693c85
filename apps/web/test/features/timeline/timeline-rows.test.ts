import type { TimelineEntry } from '@holdfast/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GROUP_MS, timelineRows } from '../../../src/features/timeline/timeline-rows.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()

function entry(seq: number, senderId: string, createdAt: number, deletedAt: number | null = null): TimelineEntry {
  const message = {
    id: `m${seq}`,
    seq,
    roomId: 'r',
    senderId,
    senderName: senderId,
    clientId: `c${seq}`,
    type: 'text',
    content: '',
    replyTo: null,
    attachments: [],
    mentions: [],
    seen: null,
    createdAt,
    editedAt: null,
    deletedAt,
    reactions: {},
    pinned: false,
  } as const
  return {
    kind: 'message',
    key: `k${seq}`,
    message: { ...message, attachments: [], mentions: [] },
    status: 'sent',
    own: senderId === 'me',
    seen: false,
  }
}

function pending(key: string, createdAt: number): TimelineEntry {
  return {
    kind: 'pending',
    key,
    clientId: key,
    content: '',
    replyTo: null,
    createdAt,
    status: 'queued',
    error: null,
    own: true,
  }
}

/** `day`, `new`, `seq` or `+seq` when it continues a group. */
function outline(entries: readonly TimelineEntry[], newAfter: number | null = null): string[] {
  return timelineRows(entries, newAfter).map(row =>
    row.kind === 'entry' ? `${row.continues ? '+' : ''}${row.entry.key}` : row.kind,
  )
}

describe('timelineRows', () => {
  it('groups what one author writes within five minutes, and no longer', () => {
    const entries = [
      entry(1, 'a', NOON),
      entry(2, 'a', NOON + 1),
      entry(3, 'b', NOON + 2),
      entry(4, 'b', NOON + 2 + GROUP_MS),
    ]
    expect(outline(entries)).toEqual(['day', 'k1', '+k2', 'k3', 'k4'])
  })

  it('begins a group anew with each day, told by the calendar', () => {
    const midnight = new Date(2026, 10, 21).getTime()
    expect(outline([entry(1, 'a', midnight - 1), entry(2, 'a', midnight)])).toEqual(['day', 'k1', 'day', 'k2'])
  })

  it('groups own messages with what of them still waits', () => {
    expect(outline([entry(1, 'me', NOON), pending('p', NOON + 1)])).toEqual(['day', 'k1', '+p'])
  })

  it('draws the line above the first new message of somebody else that is not deleted, once', () => {
    const entries = [
      entry(1, 'a', NOON),
      entry(2, 'me', NOON),
      entry(3, 'a', NOON, NOON),
      entry(4, 'a', NOON),
      entry(5, 'a', NOON),
    ]
    expect(outline(entries, 1)).toEqual(['day', 'k1', 'k2', 'k3', 'new', 'k4', '+k5'])
    expect(outline(entries, 5)).not.toContain('new')
  })

  it('keeps every entry once, in order, under unique keys, whatever the room', () => {
    const rooms = fc.array(
      fc.record({ sender: fc.constantFrom('a', 'b', 'me'), gap: fc.integer({ min: 0, max: 50_000_000 }) }),
    )
    fc.assert(
      fc.property(rooms, fc.option(fc.nat(20)), (messages, newAfter) => {
        let at = NOON
        const entries = messages.map(({ sender, gap }, index) => {
          at += gap
          return entry(index + 1, sender, at)
        })
        const rows = timelineRows(entries, newAfter)
        expect(rows.flatMap(row => (row.kind === 'entry' ? [row.entry] : []))).toEqual(entries)
        expect(new Set(rows.map(row => row.key)).size).toBe(rows.length)
      }),
    )
  })
})
