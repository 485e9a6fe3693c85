import { emptyRoomState, type Message, type RoomEvent, type RoomState, reduce } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { message, room, roomLog } from './support.ts'

const start = emptyRoomState('r', 'e1')
const fold = (log: readonly RoomEvent[]): RoomState => reduce(start, log)

describe('the fold of a room', () => {
  it('[FOLD-1] gives the same state however the log is cut into batches', () => {
    fc.assert(
      fc.property(roomLog, fc.array(fc.nat(60)), (log, cuts) => {
        let state = start
        let from = 0
        for (const cut of [...cuts, log.length].toSorted((a, b) => a - b)) {
          state = reduce(state, log.slice(from, cut))
          from = Math.max(from, cut)
        }
        expect(state).toEqual(fold(log))
      }),
    )
  })

  it('[FOLD-2] is idempotent: a repeated event changes nothing, and gives the same object back', () => {
    fc.assert(
      fc.property(roomLog, fc.nat(60), (log, from) => {
        const state = fold(log)
        expect(reduce(state, log.slice(from))).toBe(state)
      }),
    )
  })

  it('[FOLD-3] a message.created that carries its present state folds to the same state', () => {
    fc.assert(
      fc.property(roomLog, log => {
        const now = new Map(fold(log).messages.map(held => [held.id, held]))
        const carrying = log.map(event =>
          event.kind === 'message.created' ? { ...event, message: now.get(event.message.id) ?? event.message } : event,
        )
        expect(fold(carrying)).toEqual(fold(log))
      }),
    )
  })

  it('[FOLD-4] a deleted message has no content left, and nothing brings it back', () => {
    fc.assert(
      fc.property(roomLog, log => {
        const deleted = new Set(log.flatMap(event => (event.kind === 'message.deleted' ? [event.messageId] : [])))
        for (const held of fold(log).messages) {
          expect(held.deletedAt !== null).toBe(deleted.has(held.id))
          if (held.deletedAt !== null)
            expect(held).toMatchObject({ content: '', reactions: {}, mentions: [], attachments: [], pinned: false })
        }
      }),
    )
  })

  it('[FOLD-5] what did not change keeps its identity', () => {
    const before = fold([
      { kind: 'room.created', seq: 1, at: 1, by: 'ann', room },
      { kind: 'message.created', seq: 2, at: 2, by: 'ann', message: message(2) },
      { kind: 'message.created', seq: 3, at: 3, by: 'ann', message: message(3) },
    ])
    const after = reduce(before, [
      { kind: 'message.edited', seq: 4, at: 4, by: 'ann', messageId: 'm3', content: 'new', editedAt: 4 },
    ])
    expect(after.messages[0]).toBe(before.messages[0])
    expect(after.messages[1]).not.toBe(before.messages[1])
    expect(after.members).toBe(before.members)
    expect(after.room).toBe(before.room)
  })

  it('[FOLD-6] an event about a message that is not held only moves seq', () => {
    const before = { ...fold([{ kind: 'room.created', seq: 1, at: 1, by: 'ann', room }]), seq: 40 }
    const after = reduce(before, [
      { kind: 'message.deleted', seq: 41, at: 41, by: 'ann', messageId: 'm7', deletedAt: 41 },
    ])
    expect(after).toEqual({ ...before, seq: 41 })
    expect(after.messages).toBe(before.messages)
  })

  it('[FOLD-7] counts members as they come and go', () => {
    fc.assert(
      fc.property(roomLog, log => {
        const state = fold(log)
        expect(state.memberCount).toBe(state.members.size)
      }),
    )
  })

  it('[FOLD-8] does not change what it is given', () => {
    fc.assert(
      fc.property(roomLog, log => {
        const frozen = log.map(event => Object.freeze(event))
        const half = fold(frozen.slice(0, frozen.length / 2))
        const copy = structuredClone(half)
        reduce(half, frozen)
        expect(half).toEqual(copy)
      }),
    )
  })

  it('[FOLD-10] an edit changes whom a message mentions only when it says so', () => {
    const edit = { kind: 'message.edited', at: 3, by: 'ann', messageId: 'm2', content: 'new', editedAt: 3 } as const
    const before = fold([
      { kind: 'room.created', seq: 1, at: 1, by: 'ann', room },
      { kind: 'message.created', seq: 2, at: 2, by: 'ann', message: message(2, { mentions: ['bob'] }) },
    ])
    const mentionsAfter = (event: RoomEvent) => reduce(before, [event]).messages[0]?.mentions
    expect(mentionsAfter({ ...edit, seq: 3 })).toEqual(['bob'])
    expect(mentionsAfter({ ...edit, seq: 3, mentions: ['cyd'] })).toEqual(['cyd'])
    expect(mentionsAfter({ ...edit, seq: 3, mentions: [] })).toEqual([])
    const deleted: RoomEvent = { kind: 'message.deleted', seq: 3, at: 3, by: 'ann', messageId: 'm2', deletedAt: 3 }
    const late = reduce(before, [deleted, { ...edit, seq: 4, mentions: ['cyd'] }])
    expect(late.messages[0]).toMatchObject({ content: '', mentions: [] })
  })

  it('[FOLD-9] reaction keys spelled like inherited properties are only keys', () => {
    const held: Message = message(2)
    const state = fold([
      { kind: 'room.created', seq: 1, at: 1, by: 'ann', room },
      { kind: 'message.created', seq: 2, at: 2, by: 'ann', message: held },
      { kind: 'reaction.removed', seq: 3, at: 3, by: 'ann', messageId: 'm2', key: 'toString', userId: 'ann' },
      { kind: 'reaction.added', seq: 4, at: 4, by: 'ann', messageId: 'm2', key: 'toString', userId: 'ann' },
    ])
    expect(Object.entries(state.messages[0]?.reactions ?? {})).toEqual([['toString', ['ann']]])
  })

  it('[FOLD-11] changes of messages that are not held, or whose ids have no order, do not each go through all messages', () => {
    let looks = 0
    const held = Array.from({ length: 2_000 }, (_, i) => {
      const seq = i + 1
      // As no server of ours makes them: later ones before and behind earlier ones.
      const id = `${(seq * 7_919) % 2_003}`
      const get = () => {
        looks++
        return id
      }
      return Object.defineProperty(message(seq), 'id', { enumerable: true, get })
    })
    const before: RoomState = { ...start, seq: 2_000, messages: held }
    const ids = Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? `none${i}` : `${((i + 1) * 7_919) % 2_003}`))
    const after = reduce(
      before,
      ids.map((messageId, i): RoomEvent => {
        const seq = 2_001 + i
        return { kind: 'reaction.added', seq, at: seq, by: 'ann', messageId, key: 'k', userId: 'ann' }
      }),
    )
    expect(looks).toBeLessThan(40 * 2_000)
    const changed = after.messages.flatMap((now, i) => (now === held[i] ? [] : [now.seq]))
    expect(changed).toEqual(Array.from({ length: 500 }, (_, i) => 2 * (i + 1)))
  })
})
