import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { Remembered } from '../../../src/log/sqlite/remembered.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, done, type Harness, refusedWith } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { SqliteError, type WatchedConnections } from './watched-connect.ts'

describe('what the writing connection remembers:', () => {
  let folder: ReturnType<typeof newFolder>
  let h: Harness
  let watched: WatchedConnections

  beforeEach(async () => {
    folder = newFolder()
    const opened = await openWatched(folder.path)
    h = opened.h
    watched = opened.watched
    await h.create(ann, 'r')
  })
  afterEach(async () => {
    await h.log.close()
    folder.remove()
  })

  /** Runs `command` in a transaction that fails at its end. */
  async function failing(command: Parameters<Harness['run']>[0]): Promise<void> {
    watched.failOn = ({ role, sql }) => (role === 'writer' && sql === 'COMMIT' ? new SqliteError('SQLITE_FULL') : null)
    const outcomes = await h.log.commit([command, h.sending(bob, 'r', 'within the same transaction')])
    expect(outcomes.map(outcome => outcome.ok)).toEqual([false, false])
    watched.failOn = () => null
  }

  it('[F2] a joining that was taken back lets nobody write', async () => {
    await failing({ kind: 'member.join', actor: bob, roomId: 'r' })
    await refusedWith('forbidden', h.send(bob, 'r', 'hello'))
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await done(h.send(bob, 'r', 'hello'))
  })

  it('[F2] a room that was taken back is none, its seqs are as they were, and one that is deleted stays so', async () => {
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await failing(h.creation(ann, 'new'))
    await refusedWith('not_found', h.send(ann, 'new', 'hello'))
    await done(h.send(ann, 'r', 'one'))
    await failing(h.sending(ann, 'r', 'taken back'))
    expect(await done(h.send(ann, 'r', 'two'))).toMatchObject({ seq: 5 })
    await h.create(ann, 'new')
    expect(await done(h.send(ann, 'new', 'hello'))).toMatchObject({ seq: 3 })
    await failing({ kind: 'room.delete', actor: ann, roomId: 'new' })
    expect(await done(h.send(ann, 'new', 'still here'))).toMatchObject({ seq: 4 })
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'new' }))
    await refusedWith('not_found', h.send(ann, 'new', 'and now'))
    await refusedWith('conflict', h.run(h.creation(ann, 'new')))
  })

  it('[F2] a mute that was taken back keeps nobody silent, and one that stands does', async () => {
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await done(h.send(bob, 'r', 'hello'))
    const mute = { kind: 'mute.put', actor: ann, roomId: 'r', userId: 'bob', until: null } as const
    await failing(mute)
    await done(h.send(bob, 'r', 'still here'))
    await done(h.run(mute))
    await refusedWith('muted', h.send(bob, 'r', 'and now'))
  })
})

describe('remembered rows', () => {
  test('whatever is read, written and taken back, it tells what is stored; and it keeps no more than two generations', () => {
    const step = fc.record({
      what: fc.constantFrom('read', 'read', 'read', 'write', 'set', 'take back'),
      room: fc.integer({ min: 1, max: 3 }),
      user: fc.constantFrom('a', 'b', 'c'),
      row: fc.option(fc.integer({ min: 0, max: 9 })),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const remembered = new Remembered<number>(2)
        const stored = new Map<string, number | null>()
        for (const { what, room, user, row } of steps) {
          const key = `${room}/${user}`
          if (what === 'write') {
            stored.set(key, row)
            remembered.forget(key)
          } else if (what === 'set') {
            stored.set(key, row)
            remembered.set(key, row)
          } else if (what === 'take back') {
            stored.clear()
            remembered.forgetAll()
          } else expect(remembered.get(key, () => stored.get(key) ?? null)).toBe(stored.get(key) ?? null)
        }
      }),
    )
  })

  test('what is asked for again is not read again, and what nobody asks for is forgotten', () => {
    const remembered = new Remembered<number>(2)
    let reads = 0
    const read = () => ++reads
    remembered.get('a', read)
    for (const user of ['b', 'c', 'a', 'd', 'a']) remembered.get(user, read)
    expect(reads).toBe(4)
    for (const user of ['e', 'f', 'g', 'h']) remembered.get(user, read)
    expect(remembered.get('a', read)).toBe(9)
  })
})
