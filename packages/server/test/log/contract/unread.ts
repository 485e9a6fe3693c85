import { expect, it } from 'vitest'
import { ann, bob, done, given, type Harness } from '../kit.ts'

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
}
