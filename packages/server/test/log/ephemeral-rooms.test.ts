import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EphemeralRooms } from '../../src/log/ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from '../../src/log/memory/memory-limits.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { refused } from '../../src/log/outcome.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { newFolder } from './folders.ts'
import { ann, bob, cy, done, given, Harness, person, refusedWith, root, TestPlatform } from './kit.ts'
import { openStoredLog } from './stored-log.ts'

describe('ephemeral rooms:', () => {
  let folder: ReturnType<typeof newFolder>
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  let starts = 0
  const open = async () => {
    const platform = new TestPlatform()
    // No two starts draw the same.
    platform.random.bytes(starts++)
    const log = await openStoredLog({ dataDir: folder.path, platform })
    return { h: new Harness({ log, platform, ephemeral: false }), log }
  }

  it('[E1] nothing of them is ever on disk, and they end with the server', async () => {
    const { h, log } = await open()
    await h.create(ann, 'kept', { name: 'marker-kept' })
    await h.create(ann, 'marker-eph', { ephemeral: true, name: 'marker-name', members: ['marker-user'] })
    await h.say(ann, 'marker-eph', 'marker-text')
    await done(
      h.run({ kind: 'ban.put', actor: ann, roomId: 'marker-eph', userId: 'marker-banned', reason: null, until: null }),
    )
    const files = ['holdfast.db', 'holdfast.db-wal'].map(file =>
      readFileSync(join(folder.path, file)).toString('latin1'),
    )
    expect(files.join()).toContain('marker-kept')
    expect(files.join().match(/marker-(?!kept)\w+/g)).toBeNull()
    await log.close()
    const again = await open()
    await refusedWith('not_found', again.log.access('marker-eph', ann))
    expect(await given(again.log.access('kept', ann))).toMatchObject({ seq: 2 })
    await again.log.close()
  })

  it('[E2] ids and direct people are taken over both kinds, in one batch as in several', async () => {
    const { h, log } = await open()
    const create = (roomId: string, ephemeral: boolean, fields = {}) =>
      h.creation(ann, roomId, { ephemeral, ...fields })
    const codes = async (...commands: Parameters<typeof log.commit>[0]) =>
      (await log.commit(commands)).map(outcome => (outcome.ok ? outcome.roomId : outcome.refusal.code))
    expect(await codes(create('a', true), create('a', false))).toEqual(['a', 'conflict'])
    expect(await codes(create('b', false), create('b', true))).toEqual(['b', 'conflict'])
    expect(await codes(create('a', false))).toEqual(['conflict'])
    expect(await codes(create('b', true))).toEqual(['conflict'])
    const direct = { type: 'direct', members: ['bob'] } as const
    expect(await codes(create('d', true, direct), create('e', false, direct))).toEqual(['d', 'd'])
    expect(await codes(create('f', false, direct))).toEqual(['d'])
    expect(await codes(create('self', true, { type: 'direct' }), create('self', false))).toEqual([
      'bad_request',
      'conflict',
    ])
    expect(await codes(create('own', false, { type: 'direct' }), create('own', true))).toEqual([
      'bad_request',
      'conflict',
    ])
    await log.close()
  })

  it('[E8] no batch puts a room in memory before one that is stored under its id', async () => {
    const { h, log } = await open()
    const mal = person('mal')
    await h.create(ann, 'r', { type: 'private' })
    const eph = (roomId: string, fields = {}) => h.creation(mal, roomId, { ephemeral: true, ...fields })
    const direct = { type: 'direct', members: ['pal'] } as const
    await h.create(mal, 'd', { ephemeral: true, ...direct })
    await h.create(mal, 'other', { ephemeral: true })
    const batches: Parameters<typeof log.commit>[0][] = [
      [eph('r', direct), eph('r')],
      [h.creation(mal, 'r', direct), h.sending(mal, 'r', 'mine now')],
      [{ kind: 'room.delete', actor: mal, roomId: 'd' }, eph('r', direct)],
      [eph('other', direct), eph('r', direct)],
      [eph('new', direct), eph('r', direct), eph('r')],
    ]
    for (const batch of batches) {
      await log.commit(batch)
      expect(await given(log.access('r', ann))).toMatchObject({ room: { ephemeral: false, createdBy: 'ann' } })
      await refusedWith('not_found', log.access('r', mal))
    }
    await done(h.send(ann, 'r', 'still here'))
    await log.close()
  })

  it('[E9] a room made in place of a direct one that the same batch deletes keeps its id to itself', async () => {
    const { h, log } = await open()
    const direct = { type: 'direct', members: ['bob'], ephemeral: true } as const
    await h.create(ann, 'd', direct)
    const outcomes = await log.commit([
      { kind: 'room.delete', actor: ann, roomId: 'd' },
      h.creation(ann, 'e', direct),
      h.sending(ann, 'e', 'hello'),
      h.creation(bob, 'e'),
    ])
    expect(outcomes.map(outcome => (outcome.ok ? outcome.roomId : outcome.refusal.code))).toEqual([
      'd',
      'e',
      'e',
      'conflict',
    ])
    await log.close()
  })

  it('[E3] a room is made and used in one batch, beside others, and each answer is in its place', async () => {
    const { h, log } = await open()
    const outcomes = await log.commit([
      h.sending(bob, 'e', 'too early'),
      h.creation(ann, 'e', { ephemeral: true }),
      h.creation(ann, 's'),
      h.sending(ann, 'e', 'one'),
      h.sending(ann, 's', 'two'),
      { kind: 'member.join', actor: bob, roomId: 'e' },
    ])
    expect(outcomes.map(outcome => (outcome.ok ? [outcome.roomId, outcome.seq] : outcome.refusal.code))).toEqual([
      'not_found',
      ['e', 2],
      ['s', 2],
      ['e', 3],
      ['s', 3],
      ['e', 4],
    ])
    await log.close()
  })

  it('[E4] lists of both kinds are one, in order, page by page', async () => {
    const { h, log } = await open()
    for (let i = 0; i < 9; i++) {
      h.platform.now += 1
      await h.create(ann, `r${i}`, { ephemeral: i % 2 === 0, name: `Room ${i}` })
    }
    for (const limit of [1, 2, 4, 9, 20]) {
      const mine: string[] = []
      const found: string[] = []
      for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
        const page: Awaited<ReturnType<typeof log.rooms>> = await log.rooms({ actor: ann, cursor, limit })
        if (!page.ok) throw new Error('a page was refused')
        mine.push(...page.value.rooms.map(room => room.id))
        cursor = page.value.nextCursor
      }
      for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
        const page: Awaited<ReturnType<typeof log.discover>> = await log.discover({
          actor: bob,
          cursor,
          limit,
          query: 'ROOM',
        })
        if (!page.ok) throw new Error('a page was refused')
        found.push(...page.value.rooms.map(room => room.id))
        cursor = page.value.nextCursor
      }
      expect(mine).toEqual(['r8', 'r7', 'r6', 'r5', 'r4', 'r3', 'r2', 'r1', 'r0'])
      expect(found).toEqual([...mine].reverse())
    }
    await log.close()
  })

  it('[E5] a display name that was seen is known in both', async () => {
    const { h, log } = await open()
    await done(h.run({ kind: 'user.seen', actor: person('bob', { name: 'Robert' }) }))
    for (const ephemeral of [true, false]) {
      const { events } = await h.create(ann, `r-${ephemeral}`, { ephemeral, members: ['bob'] })
      expect(events.at(-1)).toMatchObject({ member: { name: 'Robert' } })
    }
    await log.close()
  })

  it('[E6] there is a limit to rooms, and to what each keeps: the oldest is forgotten, seqs go on', async () => {
    const platform = new TestPlatform()
    const limits = { ...DEFAULT_EPHEMERAL_LIMITS, rooms: 2, eventsPerRoom: 40 }
    const log = new EphemeralRooms({
      durable: createMemoryLog({ platform }),
      memory: createMemoryLog({ platform, limits }),
    })
    const h = new Harness({ log, platform, ephemeral: true })
    await h.create(ann, 'r')
    await h.create(ann, 's')
    await refusedWith('unavailable', h.run(h.creation(ann, 't')))
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 's' }))
    await h.create(ann, 't')

    for (let i = 0; i < 300; i++) await h.say(ann, 'r', `m${i}`, { clientId: `c${i}` })
    const events = await h.events('r')
    expect(events.length).toBeGreaterThanOrEqual(40)
    expect(events.length).toBeLessThan(60)
    expect(events.at(-1)?.seq).toBe(302)
    const epoch = (await log.head('r'))?.epoch ?? ''
    const open = async (seq: number) => {
      const opened = await given(
        log.open({ roomId: 'r', actor: ann, cursor: { epoch, seq }, window: 100, delta: 1_000 }),
      )
      return opened.kind
    }
    const oldest = events[0]?.seq ?? 0
    expect([await open(oldest - 1), await open(oldest - 2)]).toEqual(['delta', 'snapshot'])
    const page = await given(log.history({ roomId: 'r', actor: ann, limit: 100, from: { kind: 'latest' } }))
    expect(page).toMatchObject({ hasMore: false, seq: 302 })
    expect(page.messages.length).toBeLessThan(60)
    expect(await done(h.send(ann, 'r', 'm299', { clientId: 'c299' }))).toMatchObject({ seq: 302, events: [] })
    const forgotten = await done(h.send(ann, 'r', 'm0', { clientId: 'c0' }))
    expect(forgotten, 'a clientId is remembered as long as its message').toMatchObject({ seq: 303 })
  })

  it('[E10] nobody takes all the rooms there may be: each person has so many, and again when one is deleted', async () => {
    const platform = new TestPlatform()
    const limits = { ...DEFAULT_EPHEMERAL_LIMITS, roomsPerPerson: 2 }
    const h = new Harness({ log: createMemoryLog({ platform, limits }), platform, ephemeral: true })
    await h.create(ann, 'a')
    await h.create(ann, 'b', { type: 'direct', members: ['bob'] })
    await refusedWith('too_large', h.run(h.creation(ann, 'c')))
    await refusedWith('conflict', h.run(h.creation(ann, 'a')))
    const existing = await done(h.run(h.creation(ann, 'c', { type: 'direct', members: ['bob'] })))
    expect(existing, 'what is there already is no new room').toMatchObject({ roomId: 'b' })
    await h.create(bob, 'c')
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'a' }))
    await h.create(ann, 'd')
    await refusedWith('too_large', h.run(h.creation(ann, 'e')))
    for (const roomId of ['e', 'f', 'g']) await h.create(root, roomId)
  })

  it('[E7] while the store is away ephemeral rooms go on; what cannot be placed is unavailable', async () => {
    const platform = new TestPlatform()
    let isAway = false
    const stored = createMemoryLog({ platform })
    const holds = async (roomId: string, directKey: string | null) => {
      if (isAway) throw new Error('the store is away')
      return stored.holds(roomId, directKey)
    }
    const memory = createMemoryLog({ platform, limits: DEFAULT_EPHEMERAL_LIMITS })
    const log = new EphemeralRooms({ durable: instead(stored, { holds }), memory })
    const h = new Harness({ log, platform, ephemeral: true })
    await h.create(ann, 'r')
    isAway = true
    await h.say(ann, 'r', 'hello')
    await refusedWith('unavailable', h.run(h.creation(ann, 's')))
    isAway = false
    await h.create(ann, 's')
  })

  it('[E11] who does not show how far they read shows it in no ephemeral room, also after a restart', async () => {
    const first = await open()
    await first.h.create(ann, 'before', { ephemeral: true, members: ['bob'] })
    await first.h.settle(bob, { readReceipts: false })
    await first.h.settle(cy, { readReceipts: false })
    expect((await first.h.snapshot(ann, 'before')).reads).toEqual({ ann: 2 })
    await first.log.close()

    const { h, log } = await open()
    await h.create(ann, 'r', { ephemeral: true, members: ['bob'] })
    await h.create(ann, 's', { ephemeral: true })
    const said = await h.say(ann, 's', 'hello')
    expect((await h.snapshot(cy, 's')).reads, 'nor sees it of others, in a room they only read').toEqual({})
    await refusedWith('forbidden', log.seenBy({ roomId: 's', actor: cy, messageId: said, names: 1 }))
    await refusedWith('not_found', log.seenBy({ roomId: 'none', actor: cy, messageId: said, names: 1 }))
    await h.settle(cy, { readReceipts: true })
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 's' }))
    await done(h.run({ kind: 'member.put', actor: ann, roomId: 's', userId: 'cy', role: null }))
    const messageId = await h.say(ann, 'r', 'hello')
    expect((await h.read(bob, 'r', 4)).detail).toMatchObject({ lastReadSeq: 4, shownSeq: null })
    expect((await h.snapshot(ann, 'r')).reads).toEqual({ ann: 2 })
    expect((await h.snapshot(ann, 's')).reads).toEqual({ ann: 2, cy: 5 })
    expect((await h.snapshot(bob, 'r')).reads).toEqual({ bob: 4 })
    await refusedWith('forbidden', log.seenBy({ roomId: 'r', actor: bob, messageId, names: 1 }))
    expect(await given(log.seenBy({ roomId: 'r', actor: ann, messageId, names: 1 }))).toMatchObject({ count: 0 })

    await h.log.commit([
      { kind: 'user.settings', actor: bob, changes: { readReceipts: true } },
      { kind: 'room.read', actor: bob, roomId: 'r', seq: 4, readRevision: null },
    ])
    expect((await h.snapshot(ann, 'r')).reads).toEqual({ ann: 2, bob: 4 })
    expect((await h.snapshot(bob, 'r')).reads).toEqual({ ann: 2, bob: 4 })
    await h.log.commit([
      { kind: 'user.settings', actor: bob, changes: { readReceipts: false } },
      { kind: 'room.read', actor: bob, roomId: 'r', seq: 4, readRevision: null },
    ])
    expect((await h.snapshot(ann, 'r')).reads).toEqual({ ann: 2 })
    await log.close()
  })

  it('[E12] while what people have settled cannot be read, nothing is shown; after it, what they settled holds', async () => {
    const platform = new TestPlatform()
    let isAway = false
    let isFull = false
    const stored = createMemoryLog({ platform })
    const awayOr = <T>(answer: Promise<T>) => (isAway ? Promise.reject(new Error('the store is away')) : answer)
    const durable = instead(stored, {
      settings: userId => awayOr(stored.settings(userId)),
      holds: (roomId, directKey) => awayOr(stored.holds(roomId, directKey)),
      commit: async batch =>
        isAway || isFull ? batch.map(() => refused('unavailable', 'test')) : stored.commit(batch),
    })
    const memory = createMemoryLog({ platform, limits: DEFAULT_EPHEMERAL_LIMITS })
    const h = new Harness({ log: new EphemeralRooms({ durable, memory }), platform, ephemeral: true })
    await h.create(ann, 'r', { members: ['bob'] })
    await h.say(ann, 'r', 'hello')
    isAway = true
    expect((await h.read(bob, 'r', 4)).detail).toMatchObject({ lastReadSeq: 4, shownSeq: null })
    expect((await h.snapshot(ann, 'r')).reads).toEqual({ ann: 2 })
    await refusedWith('unavailable', h.run({ kind: 'user.settings', actor: ann, changes: { readReceipts: false } }))
    isAway = false
    await h.read(bob, 'r', 4)
    await h.read(ann, 'r', 4)
    expect((await h.snapshot(bob, 'r')).reads).toEqual({ ann: 4, bob: 4 })

    await h.say(ann, 'r', 'again')
    isFull = true
    await refusedWith('unavailable', h.run({ kind: 'user.settings', actor: ann, changes: { readReceipts: false } }))
    isFull = false
    await h.read(ann, 'r', 5)
    expect((await h.snapshot(bob, 'r')).reads, 'what was refused does not hold').toEqual({ ann: 5, bob: 4 })
  })

  it('[E13] a cursor of the inbox outlasts the end of the ephemeral rooms: those of now are all new', async () => {
    const first = await open()
    await first.h.create(ann, 'stored')
    await first.h.create(ann, 'gone', { ephemeral: true })
    const cursor = await first.log.inboxCursor()
    await first.log.close()
    const { h, log } = await open()
    expect(await log.inboxSince('ann', cursor, 10)).toMatchObject({ entries: [], total: 1 })
    await h.create(ann, 'new', { ephemeral: true })
    const changes = await log.inboxSince('ann', cursor, 10)
    expect(changes).toMatchObject({ entries: [{ roomId: 'new' }], total: 2 })
    expect(await log.inboxSince('ann', changes?.cursor ?? '', 10)).toMatchObject({ entries: [], total: 2 })
    await h.say(ann, 'stored', 'one')
    await h.say(ann, 'new', 'two')
    expect((await log.inboxSince('ann', changes?.cursor ?? '', 10))?.entries).toHaveLength(2)
    expect(await log.inboxSince('ann', changes?.cursor ?? '', 1)).toBeNull()
    expect(await log.inboxSince('ann', cursor, 1)).toBeNull()
    expect(await log.roomIdsOf('ann', 10)).toEqual(['new', 'stored'])
    await log.close()
  })

  it('[E15] what is forgotten is not unread, and mentions nobody', async () => {
    const platform = new TestPlatform()
    const limits = { ...DEFAULT_EPHEMERAL_LIMITS, eventsPerRoom: 40 }
    const h = new Harness({ log: createMemoryLog({ platform, limits }), platform, ephemeral: true })
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    for (let i = 0; i < 300; i++) {
      await h.say(i % 7 < 3 ? ann : cy, 'r', `m${i}`, { mentions: i % 3 === 0 ? ['bob', 'cy'] : [] })
      const { messages } = await h.snapshot(bob, 'r')
      for (const actor of [bob, cy]) {
        const others = messages.filter(message => message.senderId !== actor.userId)
        const mentions = others.filter(message => message.mentions.includes(actor.userId)).length
        expect(await given(h.log.room('r', actor))).toMatchObject({ unread: others.length, mentions })
      }
    }
  })

  it('[E14] people who share a room of either kind are acquainted', async () => {
    const { h, log } = await open()
    await h.create(ann, 'stored', { members: ['bob'] })
    await h.create(ann, 'eph', { ephemeral: true, members: ['cy', 'bob'] })
    expect(await log.acquainted('ann', ['cy', 'dan', 'bob'])).toEqual(['cy', 'bob'])
    await log.close()
  })
})

/** A log of which some methods are others. */
function instead(log: RoomLog, methods: Partial<RoomLog>): RoomLog {
  return new Proxy(log, {
    get(target, name) {
      const method = methods[name as keyof RoomLog] ?? target[name as keyof RoomLog]
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
}
