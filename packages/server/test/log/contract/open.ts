import { SNAPSHOT_MEMBERS } from '@holdfast/protocol'
import { expect, it } from 'vitest'
import { ann, bob, done, given, type Harness } from '../kit.ts'

export function openRules(use: () => Harness): void {
  it('[L80] without a cursor a room opens with its latest messages, oldest first, as of its seq', async () => {
    const h = use()
    const { epoch } = await h.create(ann, 'r', { members: ['bob'] })
    for (let i = 0; i < 5; i++) await h.say(ann, 'r', `m${i}`)
    const snapshot = await h.snapshot(bob, 'r', 3)
    expect(snapshot).toMatchObject({
      ...{ roomId: 'r', epoch, seq: 8, memberCount: 2, hasMore: true, lastReadSeq: 3, unread: 5 },
      messages: [{ content: 'm2' }, { content: 'm3' }, { content: 'm4' }],
      members: [{ userId: 'ann' }, { userId: 'bob' }],
      reads: { ann: 2, bob: 3 },
    })
    const cursor = snapshot.nextCursor ?? ''
    const older = await given(h.log.history({ roomId: 'r', actor: bob, limit: 10, from: { kind: 'before', cursor } }))
    expect(older.messages.map(message => message.content)).toEqual(['m0', 'm1'])
    expect(await h.snapshot(bob, 'r', 5)).toMatchObject({ hasMore: false, nextCursor: null })
    expect((await h.snapshot(bob, 'r', 0)).messages).toEqual([])
  })

  it('[L81] a near cursor of this epoch is answered with the events after it, any other with a snapshot', async () => {
    const h = use()
    const { epoch } = await h.create(ann, 'r')
    for (let i = 0; i < 8; i++) await h.say(ann, 'r', `m${i}`)
    const open = async (cursor: { epoch: string; seq: number }) => {
      const opened = await given(h.log.open({ roomId: 'r', actor: ann, cursor, window: 2, delta: 4 }))
      return opened.kind === 'delta' ? opened.events.map(event => event.seq) : 'snapshot'
    }
    expect(await open({ epoch, seq: 6 })).toEqual([7, 8, 9, 10])
    expect(await open({ epoch, seq: 10 })).toEqual([])
    expect(await open({ epoch, seq: 5 }), 'too far behind').toBe('snapshot')
    expect(await open({ epoch, seq: 11 }), 'ahead of the log').toBe('snapshot')
    expect(await open({ epoch: 'other', seq: 9 }), 'another epoch').toBe('snapshot')
  })

  it('[L82] a large room tells its first members and how many there are', async () => {
    const h = use()
    const others = Array.from({ length: SNAPSHOT_MEMBERS + 10 }, (_, i) => `u${i}`)
    await h.create(ann, 'r', { members: others })
    const snapshot = await h.snapshot(ann, 'r')
    expect(snapshot.memberCount).toBe(SNAPSHOT_MEMBERS + 11)
    expect(snapshot.members).toHaveLength(SNAPSHOT_MEMBERS)
    expect(Object.keys(snapshot.reads).length, 'how far most of them have read is not told').toBeLessThan(4)
  })

  it('[L83] a reader who has not joined has nothing unread', async () => {
    const h = use()
    await h.create(ann, 'r')
    await h.say(ann, 'r', 'hello')
    expect(await h.snapshot(bob, 'r')).toMatchObject({ lastReadSeq: 3, unread: 0 })
    expect(await given(h.log.room('r', bob))).toMatchObject({ lastReadSeq: 3, unread: 0, mentions: 0 })
  })

  it('[L84] messages in the delta are as they were written: the events behind them bring them to their present state', async () => {
    const h = use()
    await h.create(ann, 'r')
    const messageId = await h.say(ann, 'r', 'one')
    await done(h.run({ kind: 'message.edit', actor: ann, roomId: 'r', messageId, content: 'two', mentions: null }))
    await done(h.run({ kind: 'message.edit', actor: ann, roomId: 'r', messageId, content: 'three', mentions: null }))
    await done(h.run({ kind: 'message.pin', actor: ann, roomId: 'r', messageId }))
    expect(await h.delta(ann, 'r', 2)).toMatchObject([
      { kind: 'message.created', message: { content: 'one', editedAt: null, pinned: false } },
      { kind: 'message.edited', content: 'two' },
      { kind: 'message.edited', content: 'three' },
      { kind: 'message.pinned' },
    ])
  })

  it('[L85] mentions are in the delta as they were written, and go with the message when it is deleted', async () => {
    const h = use()
    await h.create(ann, 'r')
    const messageId = await h.say(ann, 'r', 'one', { mentions: ['bob'] })
    await h.edit(ann, 'r', messageId, null, 'two')
    await h.edit(ann, 'r', messageId, ['cy'], 'two')
    await h.edit(ann, 'r', messageId, [], 'three')
    const mentionsOf = async () =>
      (await h.delta(ann, 'r', 2)).map(event => {
        if (event.kind === 'message.created') return event.message.mentions
        return event.kind === 'message.edited' ? event.mentions : event.kind
      })
    expect(await mentionsOf()).toEqual([['bob'], undefined, ['cy'], []])
    expect((await h.snapshot(ann, 'r')).messages).toMatchObject([{ content: 'three', mentions: [] }])
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId }))
    expect(await mentionsOf()).toEqual([[], undefined, [], [], 'message.deleted'])
  })
}
