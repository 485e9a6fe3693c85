import { expect, it } from 'vitest'
import { ann, bob, cy, done, given, type Harness, refusedWith } from '../kit.ts'

export function unreadRules(use: () => Harness): void {
  it('[L100] a read position moves forward only, not past the end, and starts at the seq of joining', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    for (let i = 0; i < 4; i++) await h.say(ann, 'r', `m${i}`)
    const read = async (seq: number) =>
      (await done(h.run({ kind: 'room.read', actor: bob, roomId: 'r', seq, readRevision: null }))).detail
    expect(await read(2)).toMatchObject({ lastReadSeq: 3, moved: false })
    expect(await read(5)).toMatchObject({ lastReadSeq: 5, moved: true })
    expect(await read(4)).toMatchObject({ lastReadSeq: 5, moved: false })
    expect(await read(Number.MAX_SAFE_INTEGER)).toMatchObject({ lastReadSeq: 7, moved: true })
    expect(await h.snapshot(bob, 'r')).toMatchObject({ lastReadSeq: 7, unread: 0, reads: { ann: 2, bob: 7 } })
    expect(await h.log.head('r'), 'a position is no event').toMatchObject({ seq: 7 })
  })

  it('[L101] unread counts the undeleted messages of others; sending does not move the position', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const gone = await h.say(ann, 'r', 'gone', { mentions: ['bob'] })
    await h.say(ann, 'r', 'stays', { mentions: ['bob', 'ann'] })
    await h.say(bob, 'r', 'own', { mentions: ['bob'] })
    await h.say(ann, 'r', 'no mention')
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 3, mentions: 2, lastReadSeq: 3 })
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId: gone }))
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 2, mentions: 1 })
    expect(await given(h.log.room('r', ann))).toMatchObject({ unread: 1, mentions: 0 })
    await h.run({ kind: 'room.read', actor: bob, roomId: 'r', seq: 5, readRevision: null })
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 1, mentions: 0 })
  })

  it('[L102] 100 means 100 or more', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.log.commit(Array.from({ length: 130 }, (_, i) => h.sending(ann, 'r', `m${i}`, { mentions: ['bob'] })))
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 100, mentions: 100 })
    expect((await h.snapshot(bob, 'r')).unread).toBe(100)
    const { rooms } = await given(h.log.rooms({ actor: bob, cursor: null, limit: 10 }))
    expect(rooms).toMatchObject([{ unread: 100, mentions: 100 }])
  })

  it('[L103] however much one writes oneself, what others wrote before, between and after it is counted', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const own = () => h.log.commit(Array.from({ length: 300 }, (_, i) => h.sending(bob, 'r', `own ${i}`)))
    await h.say(ann, 'r', 'before')
    await own()
    const gone = await h.say(ann, 'r', 'between')
    await own()
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 2, lastReadSeq: 3 })
    await h.say(ann, 'r', 'after')
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId: gone }))
    await own()
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 2 })
    await done(h.run({ kind: 'room.read', actor: bob, roomId: 'r', seq: 50, readRevision: null }))
    expect(await given(h.log.room('r', bob)), 'read to the middle of a run of one’s own').toMatchObject({ unread: 1 })
    expect(await given(h.log.room('r', ann))).toMatchObject({ unread: 100 })
  })

  it('[L104] marked unread from a message on, it and those behind it count again, in a revision of its own', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    for (let i = 0; i < 4; i++) await h.say(ann, 'r', `m${i}`, { mentions: i % 2 === 0 ? ['bob'] : [] })
    await h.read(bob, 'r', 7)
    expect((await h.unread(bob, 'r', 6)).detail).toEqual({
      kind: 'read',
      lastReadSeq: 5,
      readRevision: 1,
      moved: true,
      shownSeq: 7,
    })
    const line = { unread: 2, mentions: 1, lastReadSeq: 5, readRevision: 1 }
    expect(await given(h.log.room('r', bob))).toMatchObject(line)
    expect(await h.list(bob)).toMatchObject([line])
    expect(await h.snapshot(bob, 'r')).toMatchObject({ unread: 2, lastReadSeq: 5, readRevision: 1, reads: { bob: 5 } })
    for (const seq of [6, 7, 8, 1_000, Number.MAX_SAFE_INTEGER]) {
      const { detail } = await h.unread(bob, 'r', seq)
      expect(detail, 'what is unread already').toMatchObject({ lastReadSeq: 5, readRevision: 1, moved: false })
    }
    expect((await h.unread(bob, 'r', 0)).detail).toMatchObject({ lastReadSeq: 0, readRevision: 2 })
    expect(await given(h.log.room('r', bob)), 'what was there before one joined, too').toMatchObject({ unread: 4 })
    expect(await h.log.head('r'), 'a position is no event').toMatchObject({ seq: 7 })
  })

  it('[L105] who does not know of the latest revision is late, and moves nothing', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    for (let i = 0; i < 4; i++) await h.say(ann, 'r', `m${i}`)
    await h.read(bob, 'r', 7, 0)
    await h.unread(bob, 'r', 4)
    expect((await h.read(bob, 'r', 7, 0)).detail).toMatchObject({ lastReadSeq: 3, readRevision: 1, moved: false })
    expect((await h.read(bob, 'r', 5, 1)).detail).toMatchObject({ lastReadSeq: 5, readRevision: 1, moved: true })
    expect((await h.read(bob, 'r', 6)).detail, 'who does not say is not late').toMatchObject({ lastReadSeq: 6 })
    expect((await h.read(bob, 'r', 7, 9)).detail, 'nor who knows of more').toMatchObject({ lastReadSeq: 7 })
  })

  it('[L106] coming back begins at the seq of joining, in the revision that one left', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    for (let i = 0; i < 3; i++) await h.say(ann, 'r', `m${i}`, { mentions: ['bob'] })
    await h.read(bob, 'r', 6)
    await h.unread(bob, 'r', 5)
    await h.unread(bob, 'r', 4)
    await done(h.run({ kind: 'room.notifications', actor: bob, roomId: 'r', muted: true }))
    for (let round = 0; round < 2; round++) {
      await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'r' }))
      expect(await h.log.inboxOf('bob', ['r'])).toEqual([])
      await h.say(ann, 'r', 'meanwhile', { mentions: ['bob'] })
      const { seq } = await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
      const line = { unread: 0, mentions: 0, lastReadSeq: seq, readRevision: 2, muted: false }
      expect(await given(h.log.room('r', bob))).toMatchObject(line)
    }
    await h.say(ann, 'r', 'again', { mentions: ['bob'] })
    expect(await given(h.log.room('r', bob))).toMatchObject({ unread: 1, mentions: 1 })
  })

  it('[L107] mentions follow edits that add and remove them, and deletion; to name oneself counts nothing', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    const messageId = await h.say(ann, 'r', 'hey', { mentions: ['bob'] })
    const mentions = async () => {
      const lines = await Promise.all([ann, bob, cy].map(actor => given(h.log.room('r', actor))))
      const lists = await Promise.all([ann, bob, cy].map(actor => h.list(actor)))
      expect(lists.map(([line]) => line?.mentions)).toEqual(lines.map(line => line.mentions))
      return lines.map(line => line.mentions)
    }
    expect(await mentions()).toEqual([0, 1, 0])
    const edited = await h.edit(ann, 'r', messageId, ['cy', 'cy', 'ann'])
    expect(edited.events).toMatchObject([{ kind: 'message.edited', mentions: ['cy', 'ann'] }])
    expect(await mentions()).toEqual([0, 0, 1])
    const kept = await h.edit(ann, 'r', messageId, null, 'other text')
    expect(kept.events).toHaveLength(1)
    expect(kept.events[0]).not.toHaveProperty('mentions')
    const same = await h.edit(ann, 'r', messageId, ['ann', 'cy'], 'more text')
    expect(same.events[0], 'in whatever order').not.toHaveProperty('mentions')
    expect(await mentions()).toEqual([0, 0, 1])
    expect((await h.edit(ann, 'r', messageId, ['ann', 'cy'], 'more text')).events, 'nothing to change').toEqual([])
    expect((await h.edit(ann, 'r', messageId, ['bob', 'cy'], 'more text')).events, 'mentions alone').toHaveLength(1)
    expect(await mentions()).toEqual([0, 1, 1])
    await h.read(cy, 'r', 5)
    expect(await mentions()).toEqual([0, 1, 0])
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId }))
    expect(await mentions()).toEqual([0, 0, 0])
  })

  it('[L108] a position and its marks take being a member', async () => {
    const h = use()
    await h.create(ann, 'r')
    await refusedWith('forbidden', h.run({ kind: 'room.unread', actor: bob, roomId: 'r', seq: 1 }))
    await refusedWith('forbidden', h.run({ kind: 'room.notifications', actor: bob, roomId: 'r', muted: true }))
  })

  it('[L109] notifications are muted for oneself, room by room', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.create(ann, 's', { members: ['bob'] })
    const mute = async (muted: boolean) =>
      (await done(h.run({ kind: 'room.notifications', actor: bob, roomId: 'r', muted }))).detail
    expect(await mute(false)).toEqual({ kind: 'notifications', muted: false, changed: false })
    expect(await mute(true)).toEqual({ kind: 'notifications', muted: true, changed: true })
    expect(await mute(true)).toMatchObject({ changed: false })
    const muted = async (actor: typeof ann) => (await h.list(actor)).map(room => [room.id, room.muted])
    expect(await muted(bob)).toEqual(
      expect.arrayContaining([
        ['r', true],
        ['s', false],
      ]),
    )
    expect(await muted(ann)).toEqual(
      expect.arrayContaining([
        ['r', false],
        ['s', false],
      ]),
    )
    expect(await given(h.log.room('r', bob))).toMatchObject({ muted: true })
    await mute(false)
    expect(await given(h.log.room('r', bob))).toMatchObject({ muted: false })
  })
}
