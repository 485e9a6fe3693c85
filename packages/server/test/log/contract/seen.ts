import { MAX_PEOPLE_NAMED, SEEN_CAP } from '@holdfast/protocol'
import { expect, it } from 'vitest'
import { DEFAULT_LARGE_ROOM } from '../../../src/log/room-log.ts'
import { ann, bob, cy, done, given, type Harness, person, refusedWith } from '../kit.ts'

export function seenRules(use: () => Harness): void {
  const shown = () => use().log.shownReads('r')
  const seenBy = (actor: typeof ann, messageId: string, names = MAX_PEOPLE_NAMED) =>
    use().log.seenBy({ roomId: 'r', actor, messageId, names })
  const readsFor = async (actor: typeof ann) => (await use().snapshot(actor, 'r')).reads

  it('[L130] a message was seen by those but its sender who have read as far, the furthest first', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy', 'dan'] })
    const [first, second] = [await h.say(ann, 'r', 'one'), await h.say(ann, 'r', 'two')]
    expect(await given(seenBy(ann, first))).toEqual({ count: 0, userIds: [] })
    await h.read(ann, 'r', 7)
    await h.read(bob, 'r', 6)
    await h.read(cy, 'r', 7)
    expect(await given(seenBy(ann, first))).toEqual({ count: 2, userIds: ['cy', 'bob'] })
    expect(await given(seenBy(bob, second))).toEqual({ count: 1, userIds: ['cy'] })
    expect(await given(seenBy(ann, first, 1))).toEqual({ count: 2, userIds: ['cy'] })
    await done(h.run({ kind: 'member.leave', actor: cy, roomId: 'r' }))
    expect(await given(seenBy(ann, first)), 'who has left is not told of').toEqual({ count: 1, userIds: ['bob'] })
    await refusedWith('not_found', seenBy(ann, 'no-such-message'))
  })

  it('[L131] what others have seen of a position never goes back, whatever is marked unread', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(ann, 'r', 'one')
    await h.read(bob, 'r', 4)
    await h.unread(bob, 'r', 4)
    expect(await readsFor(ann)).toEqual({ ann: 2, bob: 4 })
    expect(await readsFor(bob), 'one’s own is what one has it at').toEqual({ ann: 2, bob: 3 })
    expect(await shown(), 'what others see').toEqual({ seq: 4, reads: { ann: 2, bob: 4 } })
    expect(await given(seenBy(ann, messageId))).toMatchObject({ count: 1 })
    await h.say(ann, 'r', 'two')
    expect((await h.read(bob, 'r', 4)).detail).toMatchObject({ lastReadSeq: 4, shownSeq: 4 })
    expect((await h.read(bob, 'r', 5)).detail).toMatchObject({ lastReadSeq: 5, shownSeq: 5 })
    expect(await readsFor(ann)).toEqual({ ann: 2, bob: 5 })
  })

  it('[L132] who does not show how far they read shows it in no room, from before or later, and sees nobody’s', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    await h.create(ann, 's', { members: ['bob'] })
    const messageId = await h.say(ann, 'r', 'one')
    await h.read(bob, 'r', 5)
    expect((await h.settle(bob, { readReceipts: false })).detail).toEqual({
      kind: 'settings',
      settings: { readReceipts: false, appearOffline: false },
      changed: true,
    })
    expect(await readsFor(ann)).toEqual({ ann: 2, cy: 4 })
    expect(await shown()).toEqual({ seq: 5, reads: { ann: 2, cy: 4 } })
    expect((await h.snapshot(ann, 's')).reads).toEqual({ ann: 2 })
    expect(await given(seenBy(ann, messageId))).toEqual({ count: 0, userIds: [] })

    expect(await readsFor(bob)).toEqual({ bob: 5 })
    await refusedWith('forbidden', seenBy(bob, messageId))
    await refusedWith('forbidden', h.log.seenBy({ roomId: 'r', actor: bob, messageId: 'none', names: 1 }))

    await h.say(ann, 'r', 'two')
    expect((await h.read(bob, 'r', 6)).detail, 'it still counts for oneself').toMatchObject({
      lastReadSeq: 6,
      moved: true,
      shownSeq: null,
    })
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 0, lastReadSeq: 6 })
    await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'r' }))
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await h.create(bob, 't', { members: ['ann'] })
    await h.create(ann, 'u', { members: ['bob'] })
    await done(h.run({ kind: 'member.put', actor: ann, roomId: 'u', userId: 'cy', role: null }))
    expect(await readsFor(ann)).toEqual({ ann: 2, cy: 4 })
    expect((await h.snapshot(ann, 't')).reads).toEqual({ ann: 3 })
    expect((await h.snapshot(ann, 'u')).reads).toEqual({ ann: 2, cy: 4 })
  })

  it('[L133] who shows it again shows it from the next time they read, and sees that of others at once', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    for (const text of ['one', 'two']) await h.say(ann, 'r', text)
    await h.settle(bob, { readReceipts: false })
    await h.read(bob, 'r', 5)
    expect((await h.settle(bob, { readReceipts: true })).detail).toMatchObject({ changed: true })
    expect(await readsFor(ann)).toEqual({ ann: 2 })
    expect(await readsFor(bob)).toEqual({ ann: 2, bob: 5 })
    expect((await h.read(bob, 'r', 4)).detail, 'as far as that told').toMatchObject({ lastReadSeq: 5, shownSeq: 4 })
    expect(await readsFor(ann)).toEqual({ ann: 2, bob: 4 })
    await h.read(bob, 'r', 5)
    expect(await readsFor(ann)).toEqual({ ann: 2, bob: 5 })
  })

  it('[L134] in a large room the two that have read furthest are told, and one’s own; nobody is named', async () => {
    const h = use()
    const others = Array.from({ length: DEFAULT_LARGE_ROOM - 1 }, (_, i) => `u${i}`)
    await h.create(ann, 'r', { members: others })
    const messageId = await h.say(ann, 'r', 'one')
    const seq = DEFAULT_LARGE_ROOM + 2
    for (const userId of ['u7', 'u3', 'u9']) await h.read(person(userId), 'r', seq)
    expect(Object.keys(await readsFor(ann)), 'it is not large yet').toHaveLength(DEFAULT_LARGE_ROOM)
    expect(await given(seenBy(ann, messageId))).toEqual({ count: 3, userIds: ['u3', 'u7', 'u9'] })
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await h.settle(bob, { readReceipts: false })
    await h.settle(person('u7'), { readReceipts: false })
    expect(await readsFor(ann)).toEqual({ ann: 2, u3: seq, u9: seq })
    expect(await readsFor(person('u3'))).toEqual({ u3: seq, u9: seq })
    expect((await shown())?.reads).toEqual({ u3: seq, u9: seq })
    expect(await readsFor(person('u50'))).toEqual({ u50: 53, u3: seq, u9: seq })
    expect(await readsFor(cy), 'a reader who has not joined').toEqual({ u3: seq, u9: seq })
    expect(await readsFor(bob)).toEqual({ bob: seq + 1 })
    expect(await given(seenBy(ann, messageId))).toEqual({ count: 2, userIds: [] })
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'r' }))
    expect(await shown()).toBeNull()
  })

  it('[L135] who has seen a message is counted up to a limit', async () => {
    const h = use()
    await h.create(ann, 'r')
    const messageId = await h.say(ann, 'r', 'one')
    await h.read(ann, 'r', 3)
    const put = (i: number) => ({ kind: 'member.put', actor: ann, roomId: 'r', userId: `u${i}`, role: null }) as const
    await h.log.commit(Array.from({ length: SEEN_CAP - 1 }, (_, i) => put(i)))
    expect(await given(seenBy(ann, messageId))).toMatchObject({ count: SEEN_CAP - 1 })
    await h.log.commit([put(SEEN_CAP), put(SEEN_CAP + 1)])
    expect(await given(seenBy(ann, messageId))).toEqual({ count: SEEN_CAP, userIds: [] })
  })

  it('[L136] what a person settles is kept part by part; nothing is settled at first', async () => {
    const h = use()
    const defaults = { readReceipts: true, appearOffline: false }
    expect(await h.log.settings('ann')).toEqual(defaults)
    expect((await h.settle(ann, {})).detail).toEqual({ kind: 'settings', settings: defaults, changed: false })
    await h.settle(ann, { appearOffline: true })
    expect(await h.log.settings('ann')).toEqual({ readReceipts: true, appearOffline: true })
    await h.settle(ann, { readReceipts: false })
    expect(await h.log.settings('ann')).toEqual({ readReceipts: false, appearOffline: true })
    expect((await h.settle(ann, { readReceipts: false })).detail).toMatchObject({ changed: false })
    await h.settle(ann, defaults)
    expect(await h.log.settings('ann')).toEqual(defaults)
    expect(await h.log.settings('bob')).toEqual(defaults)
  })
}
