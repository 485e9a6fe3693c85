import { type HistoryPage, type Message, type RoomEvent, reduce } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HistoryLoader } from '../../src/store/history-loader.ts'
import { MAX_RETAINED_EVENTS, RoomStore } from '../../src/store/room-store.ts'
import { FakeRoom, settle } from '../../src/testing.ts'
import { ROOM, World } from '../support/world.ts'

function storeOf(userId = 'ann'): { store: RoomStore; seen: Message[]; others: () => number } {
  const seen: Message[] = []
  let others = 0
  const store = new RoomStore({
    userId: () => userId,
    onMembership: () => others++,
    onChange: () => {},
    onMessages: messages => seen.push(...messages),
  })
  return { store, seen, others: () => others }
}

/** A log of `count` messages by bob. */
function logOf(count: number): FakeRoom {
  const log = new FakeRoom('r', ['ann', 'bob'])
  for (let i = 0; i < count; i++) log.send('bob', { clientId: `b${i}`, content: `${i}` })
  return log
}

function contents(store: RoomStore): readonly string[] {
  return store.data?.state.messages.map(message => message.content) ?? []
}

describe('history', () => {
  test('pages come before what is held, each once, until there are no more', async () => {
    const log = logOf(120)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    const loader = new HistoryLoader({ store, fetchPage: async cursor => log.page(cursor), onChange: () => {} })
    await loader.loadOlder()
    await loader.loadOlder()
    expect(store.data?.hasMore).toBe(false)
    expect(store.data?.state.messages).toEqual(log.state.messages)
    await loader.loadOlder()
    expect(contents(store)).toHaveLength(120)
  })

  test('a page tells of its messages before it shows them: one that was still on its way is never there twice', () => {
    const log = logOf(120)
    const told: string[] = []
    const onMembership = () => {}
    const deps = {
      ...{ userId: () => 'ann', onMembership },
      ...{ onChange: () => told.push('shown'), onMessages: () => told.push('told') },
    }
    const store = new RoomStore(deps)
    store.applySnapshot(log.snapshot('ann'))
    told.length = 0
    store.expectPage()
    expect(store.addPage(log.page(store.data?.nextCursor ?? ''))).toBe(true)
    expect(told).toEqual(['told', 'shown'])
  })

  test('loading is single flight', async () => {
    const log = logOf(120)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    let fetched = 0
    const fetchPage = async (cursor: string) => {
      fetched++
      return log.page(cursor)
    }
    const loader = new HistoryLoader({ store, fetchPage, onChange: () => {} })
    await Promise.all([loader.loadOlder(), loader.loadOlder(), loader.loadOlder()])
    expect([fetched, contents(store).length, loader.isLoading]).toEqual([1, 100, false])
  })

  test('a page newer than what is held: the older events that follow change nothing of it back', async () => {
    const log = logOf(60)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    const messageId = log.state.messages[0]?.id ?? ''
    const react = (kind: 'reaction.added' | 'reaction.removed') =>
      log.append({ kind, by: 'bob', messageId, key: 'k', userId: 'bob' })
    const events = [react('reaction.added'), react('reaction.removed'), react('reaction.added')]
    const loader = new HistoryLoader({ store, fetchPage: async cursor => log.page(cursor), onChange: () => {} })
    await loader.loadOlder()
    const shown = () => store.data?.state.messages[0]?.reactions
    for (const event of events) {
      expect(shown()).toEqual({ k: ['bob'] })
      store.applyEvents([event])
    }
    store.applyEvents([react('reaction.removed')])
    expect(store.data?.state.messages).toEqual(log.state.messages)
  })

  test('events that arrive while a page is on its way, and pages newer than what is held: always the log’s own state', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ kind: fc.constantFrom('edit', 'delete', 'react', 'say'), pick: fc.nat(79) }), {
          maxLength: 30,
        }),
        fc.nat(30),
        fc.nat(30),
        async (changes, readAt, heldAt) => {
          const log = logOf(80)
          const { store } = storeOf()
          store.applySnapshot(log.snapshot('ann'))
          store.expectPage()
          let page: HistoryPage = log.page(String(store.data?.nextCursor))
          const events = changes.map(({ kind, pick }, i) => {
            const event = change(log, kind, pick)
            if (i === readAt) page = log.page(String(store.data?.nextCursor))
            return event
          })
          store.applyEvents(events.slice(0, heldAt))
          expect(store.addPage(page)).toBe(true)
          store.applyEvents(events.slice(heldAt))
          expect(store.data?.state.messages).toEqual(log.state.messages)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a page of another log, or of a snapshot that is held no more, is thrown away and read again', async () => {
    const log = logOf(120)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    let reads = 0
    const fetchPage = async (cursor: string) => {
      if (++reads === 1) store.applySnapshot(log.snapshot('ann'))
      return { ...log.page(cursor), ...(reads === 2 && { epoch: 'other' }) }
    }
    await new HistoryLoader({ store, fetchPage, onChange: () => {} }).loadOlder()
    expect([reads, contents(store).length]).toEqual([3, 100])
  })

  test('a page from before the events that are known is thrown away', () => {
    const log = logOf(80)
    const { store } = storeOf()
    const stale = log.page(String(log.snapshot('ann').nextCursor))
    store.applySnapshot(log.snapshot('ann'))
    store.applyEvents([change(log, 'edit', 3)])
    store.expectPage()
    expect(store.addPage(stale)).toBe(false)
  })

  test('a room that changes faster than pages come says so after three tries', async () => {
    const log = logOf(60)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    const fetchPage = async (cursor: string) => {
      const events: RoomEvent[] = []
      for (let i = 0; i <= MAX_RETAINED_EVENTS; i++)
        events.push(log.append({ kind: 'message.pinned', by: 'bob', messageId: 'x' }))
      store.applyEvents(events)
      return log.page(cursor)
    }
    const loader = new HistoryLoader({ store, fetchPage, onChange: () => {} })
    await expect(loader.loadOlder()).rejects.toMatchObject({ code: 'unavailable' })
    expect(loader.isLoading).toBe(false)
  })

  test('a page that cannot be read leaves everything as it was, and may be asked for again', async () => {
    const log = logOf(60)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    let isBroken = true
    const fetchPage = async (cursor: string) => {
      if (isBroken) throw new Error('broken')
      return log.page(cursor)
    }
    const loader = new HistoryLoader({ store, fetchPage, onChange: () => {} })
    await expect(loader.loadOlder()).rejects.toThrow('broken')
    isBroken = false
    await loader.loadOlder()
    expect(contents(store)).toHaveLength(60)
  })
})

function change(log: FakeRoom, kind: 'edit' | 'delete' | 'react' | 'say', pick: number): RoomEvent {
  const messageId = log.messages.find(({ clientId }) => clientId === `b${pick}`)?.id ?? ''
  const by = 'bob'
  if (kind === 'edit')
    return log.append({ kind: 'message.edited', by, messageId, content: `edit ${log.seq}`, editedAt: log.seq })
  if (kind === 'delete') return log.append({ kind: 'message.deleted', by, messageId, deletedAt: log.seq })
  if (kind === 'react') return log.append({ kind: 'reaction.added', by, messageId, key: 'k', userId: `u${log.seq}` })
  const { event } = log.send('bob', { clientId: `more ${log.seq}`, content: 'more' })
  if (event === null) throw new Error('sent twice')
  return event
}

describe('a snapshot', () => {
  test('keeps the identity of every message that it says again', () => {
    const log = logOf(20)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    const before = store.data?.state
    change(log, 'edit', 7)
    store.applySnapshot(log.snapshot('ann'))
    const after = store.data?.state
    const changed = after?.messages.filter((message, i) => message !== before?.messages[i])
    expect(changed?.map(message => message.clientId)).toEqual(['b7'])
    expect([after?.members, after?.room]).toEqual([before?.members, before?.room])
    expect(after?.members).toBe(before?.members)
  })
})

describe('unread', () => {
  function unread(store: RoomStore): number {
    const { data } = store
    if (data === null) return -1
    const held = data.state.messages.filter(
      m => m.seq > data.lastReadSeq && m.senderId !== 'ann' && m.deletedAt === null,
    )
    return data.below.unread + held.length
  }

  test('counts what the snapshot cannot show, and is exact once that is loaded', async () => {
    const log = logOf(90)
    log.read('ann', 43)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    expect([store.data?.lastReadSeq, unread(store), store.data?.below.unread]).toEqual([43, 50, 0])
    log.markUnread('ann', 14)
    store.applySnapshot(log.snapshot('ann'))
    expect([unread(store), store.data?.below.unread]).toEqual([80, 30])
    await new HistoryLoader({ store, fetchPage: async cursor => log.page(cursor), onChange: () => {} }).loadOlder()
    expect([unread(store), store.data?.below.unread]).toEqual([80, 0])
    store.takePosition({ lastReadSeq: 83, readRevision: 1 })
    expect(unread(store)).toBe(10)
  })

  test('what is deleted is not unread', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    for (const text of ['one', 'two']) world.server.say(ROOM, 'bob', text)
    const [first] = world.server.room(ROOM).state.messages
    const messageId = first?.id ?? ''
    world.server.publish(
      ROOM,
      world.server.room(ROOM).append({ kind: 'message.deleted', by: 'bob', messageId, deletedAt: 1 }),
    )
    expect(room.getSnapshot().unread).toBe(1)
  })

  test('what is below the messages held is read with them, and counted by a line of the same moment only', () => {
    const log = logOf(90)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    expect(store.data?.below.unread).toBe(40)
    const line = { ...log.line('ann'), unread: 77, mentions: 3 }
    store.takeLine({ ...line, seq: log.seq - 1 })
    store.takeLine({ ...line, seq: log.seq + 1 })
    expect(store.data).toMatchObject({ below: { unread: 40, mentions: 0 } })
    store.takeLine(line)
    expect(store.data).toMatchObject({ below: { unread: 27, mentions: 3 } })
    store.takePosition({ lastReadSeq: 43, readRevision: 0 })
    expect(store.data).toMatchObject({ below: { unread: 0, mentions: 0 } })
  })

  test('a line that comes before its events counts once they are here', () => {
    const log = logOf(90)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    const last = log.state.messages.at(-1)
    const event = log.append({
      kind: 'reaction.added',
      by: 'bob',
      messageId: last?.id ?? '',
      key: 'heart',
      userId: 'bob',
    })
    store.takeLine({ ...log.line('ann'), unread: 77 })
    expect(store.data).toMatchObject({ below: { unread: 40 } })
    store.applyEvents([event])
    expect(store.data).toMatchObject({ below: { unread: 27 } })
  })

  test('of another log nothing is read but what its snapshot says', () => {
    const log = logOf(10)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    store.takePosition({ lastReadSeq: 12, readRevision: 4 })
    log.restore(3)
    store.applySnapshot(log.snapshot('ann'))
    expect(store.data).toMatchObject({ lastReadSeq: 2, readRevision: 0 })
  })

  test('reading never goes back, whatever late signals say', () => {
    const log = logOf(10)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    store.takePosition({ lastReadSeq: 8, readRevision: 0 })
    store.applyReads({ ann: 3, bob: 5 }, { lastReadSeq: 3, readRevision: 0 })
    expect(store.data).toMatchObject({ lastReadSeq: 8, reads: { bob: 5 } })
    store.applyReads({ bob: 2 }, null)
    store.takePosition({ lastReadSeq: 7, readRevision: 0 })
    expect(store.data).toMatchObject({ lastReadSeq: 8, reads: { bob: 5 } })
  })
})

describe('what was acknowledged before the log held shows it', () => {
  const own = { kind: 'pending', key: '~c', own: true } as const
  const message = {
    ...own,
    clientId: 'c',
    content: 'c',
    replyTo: null,
    createdAt: 0,
    status: 'sent',
    error: null,
  } as const

  test('is shown until the log held reaches its seq, whatever became of the message', () => {
    const log = logOf(1)
    const { store } = storeOf()
    store.applySnapshot(log.snapshot('ann'))
    store.land(message, log.seq + 2)
    store.applyEvents([change(log, 'say', 0)])
    expect(store.landed).toEqual([message])
    store.applyEvents([change(log, 'say', 0)])
    expect(store.landed).toEqual([])
  })

  test('is not shown when the log held is further on, or none is held', () => {
    const log = logOf(1)
    const { store } = storeOf()
    store.land(message, 4)
    store.applySnapshot(log.snapshot('ann'))
    store.land(message, log.seq)
    expect(store.landed).toEqual([])
  })
})

test('merging 10,000 events is linear: one copy a batch, not one an event', async () => {
  const log = logOf(0)
  const { store, seen } = storeOf()
  store.applySnapshot(log.snapshot('ann'))
  const events: RoomEvent[] = []
  for (let i = 0; i < 10_000; i++) {
    const seq = log.seq + 1 + i
    events.push(
      i % 4 === 3
        ? { kind: 'reaction.added', seq, at: 0, by: 'bob', messageId: `x${i - 1}`, key: 'k', userId: 'bob' }
        : {
            kind: 'message.created',
            seq,
            at: 0,
            by: 'bob',
            message: {
              ...(log.send('bob', { clientId: `s${i}`, content: '' }).event as { message: Message }).message,
              id: `x${i}`,
              seq,
            },
          },
    )
  }
  const copies = countCopies(() => store.applyEvents(events))
  await settle()
  expect(copies).toBeLessThan(5)
  expect([contents(store).length, seen.length]).toEqual([7_500, 7_500])
  expect(reduce(store.data?.state ?? fail(), events)).toBe(store.data?.state)
})

function fail(): never {
  throw new Error('nothing is held')
}

/** How often a list of more than 1,000 is copied while `work` runs. */
function countCopies(work: () => void): number {
  const iterate = Array.prototype[Symbol.iterator]
  let copies = 0
  Array.prototype[Symbol.iterator] = function (this: unknown[]) {
    if (this.length > 1_000) copies++
    return iterate.call(this)
  } as typeof iterate
  try {
    work()
  } finally {
    Array.prototype[Symbol.iterator] = iterate
  }
  return copies
}

test('a log of another epoch has the list of rooms read again: its line may be of the old one; the same log has not', () => {
  const log = new FakeRoom('r', ['ann', 'bob'])
  log.send('bob', { clientId: 'b1', content: 'x' })
  const { store, others } = storeOf()
  store.applySnapshot(log.snapshot('ann'))
  store.applySnapshot(log.snapshot('ann'))
  expect(others()).toBe(0)
  store.applySnapshot({ ...log.snapshot('ann'), epoch: 'restored' })
  expect(others()).toBe(1)
})
