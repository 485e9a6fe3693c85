import type { Message, RoomEvent } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Tail } from '../../src/room/tail.ts'

const LIMITS = { events: 8, size: 100_000 }

function message(id: string, seq: number, content: string): Message {
  return {
    id,
    seq,
    roomId: 'room',
    senderId: 'ann',
    senderName: 'Ann',
    clientId: id,
    type: 'text',
    content,
    replyTo: null,
    attachments: [],
    mentions: ['ben'],
    seen: null,
    createdAt: 1,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
  }
}

function created(seq: number, content = `text ${seq}`): RoomEvent {
  return { kind: 'message.created', seq, at: 1, by: 'ann', message: message(`m${seq}`, seq, content) }
}

function seqsOf(tail: Tail, after: number, upTo = Number.MAX_SAFE_INTEGER): number[] | null {
  const frame = tail.frameAfter(after, upTo)
  return frame === null ? null : (JSON.parse(frame.message.text).events as RoomEvent[]).map(event => event.seq)
}

describe('a room’s tail', () => {
  test('gives exactly the events after a place, whatever it holds and wherever the reader stands', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 5 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 50 }),
        fc.nat({ max: 50 }),
        (start, count, after, upTo) => {
          const tail = new Tail('room', start, LIMITS)
          for (let seq = start + 1; seq <= start + count; seq++) {
            tail.append(created(seq))
            tail.trim()
          }
          expect(tail.seq).toBe(start + count)
          expect(tail.seq - tail.floor).toBeLessThanOrEqual(LIMITS.events * 1.25)
          const end = Math.min(upTo, tail.seq)
          const wanted = Array.from({ length: Math.max(0, end - after) }, (_, i) => after + 1 + i)
          const isThere = after >= tail.floor && wanted.length > 0
          expect(seqsOf(tail, after, upTo)).toEqual(isThere ? wanted : null)
        },
      ),
    )
  })

  test('makes one frame for all who stand at the same place', () => {
    const tail = new Tail('room', 0, LIMITS)
    for (let seq = 1; seq <= 3; seq++) tail.append(created(seq))
    const frame = tail.frameAfter(1, Number.MAX_SAFE_INTEGER)
    expect(tail.frameAfter(1, Number.MAX_SAFE_INTEGER)?.message).toBe(frame?.message)
    expect(frame?.message.frame).toBe(frame?.message.frame)
    tail.append(created(4))
    expect(seqsOf(tail, 1)).toEqual([2, 3, 4])
  })

  test('cuts what is too long for a frame into several, none empty', () => {
    const tail = new Tail('room', 0, { events: 100, size: 10_000_000 })
    for (let seq = 1; seq <= 40; seq++) tail.append(created(seq, 'x'.repeat(8_000)))
    const got: number[] = []
    let frames = 0
    for (let at = 0; at < 40; frames++) {
      const seqs = seqsOf(tail, at) ?? []
      expect(seqs.length).toBeGreaterThan(0)
      got.push(...seqs)
      at = got.at(-1) ?? 40
    }
    expect(frames).toBeGreaterThan(1)
    expect(got).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })

  test('stays within its size, and keeps the latest event whatever that takes', () => {
    const tail = new Tail('room', 0, { events: 100, size: 5_000 })
    for (let seq = 1; seq <= 30; seq++) tail.append(created(seq, 'x'.repeat(1_000)))
    expect(seqsOf(tail, 0)).toHaveLength(30)
    tail.trim()
    expect(tail.seq - tail.floor).toBeLessThan(10)
    tail.append(created(31, 'x'.repeat(50_000)))
    tail.trim()
    expect(seqsOf(tail, 30)).toEqual([31])
    expect(tail.floor).toBe(30)
  })

  test('[memory] readers at many places do not grow it', () => {
    const tail = new Tail('room', 0, LIMITS)
    for (let seq = 1; seq <= 40; seq++) tail.append(created(seq, 'x'))
    const first = tail.frameAfter(0, Number.MAX_SAFE_INTEGER)
    expect(tail.frameAfter(0, Number.MAX_SAFE_INTEGER)).toBe(first)
    for (let after = 1; after < 40; after++) tail.frameAfter(after, Number.MAX_SAFE_INTEGER)
    expect(tail.frameAfter(0, Number.MAX_SAFE_INTEGER)).not.toBe(first)
  })

  test('[deleted] once a message is deleted no frame carries its former content, edits included', () => {
    const tail = new Tail('room', 0, LIMITS)
    tail.append(created(1, 'first secret'))
    tail.append({
      kind: 'message.edited',
      seq: 2,
      at: 1,
      by: 'ann',
      messageId: 'm1',
      content: 'second secret',
      editedAt: 2,
      mentions: ['secretly'],
    })
    tail.append(created(3, 'kept'))
    expect(tail.frameAfter(0, 10)?.message.text).toContain('secret')
    tail.append({ kind: 'message.deleted', seq: 4, at: 3, by: 'ann', messageId: 'm1', deletedAt: 3 })
    const text = tail.frameAfter(0, 10)?.message.text ?? ''
    expect(text).not.toContain('secret')
    expect(text).toContain('kept')
    const [first, second] = JSON.parse(text).events
    expect(first.message).toEqual({ ...message('m1', 1, ''), mentions: [], editedAt: 2, deletedAt: 3 })
    expect(second).toMatchObject({ kind: 'message.edited', seq: 2, content: '', editedAt: 2, mentions: [] })
  })

  test('knows the first time that somebody left after a place', () => {
    const tail = new Tail('room', 0, LIMITS)
    const left = (seq: number, reason: 'left' | 'kicked'): RoomEvent => {
      return { kind: 'member.left', seq, at: 1, by: 'ann', userId: 'ben', reason }
    }
    tail.append(created(1))
    tail.append(left(2, 'kicked'))
    tail.append(created(3))
    tail.append(left(4, 'left'))
    expect(tail.leaveOf('ben', 0)).toMatchObject({ seq: 2, reason: 'kicked' })
    expect(tail.leaveOf('ben', 2)).toMatchObject({ seq: 4, reason: 'left' })
    expect(tail.leaveOf('ben', 4)).toBeUndefined()
    expect(tail.leaveOf('ann', 0)).toBeUndefined()
  })
})
