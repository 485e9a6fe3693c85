import { expect, it } from 'vitest'
import type { LogCommand } from '../../../src/log/command.ts'
import { ann, bob, cy, done, given, type Harness, person, refusedWith, root } from '../kit.ts'

export function inboxRules(use: () => Harness): void {
  /** The rooms whose line has changed for bob since `cursor`, and the next cursor. */
  const since = async (cursor: string, limit = 10) => {
    const changes = await use().log.inboxSince('bob', cursor, limit)
    if (changes === null) throw new Error('the cursor is good')
    return { ...changes, rooms: changes.entries.map(entry => entry.roomId).sort() }
  }

  it('[L140] lines of rooms named tell what the list tells; of others nothing', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'], name: 'Room', type: 'private' })
    await h.create(ann, 'empty', { members: ['bob'] })
    await h.create(ann, 'theirs')
    h.platform.now += 7
    await h.say(ann, 'r', 'hey', { mentions: ['bob'] })
    await h.say(bob, 'r', 'own')
    await h.read(bob, 'r', 5)
    await h.unread(bob, 'r', 4)
    await done(h.run({ kind: 'room.notifications', actor: bob, roomId: 'r', muted: true }))
    const lines = await h.log.inboxOf('bob', ['r', 'theirs', 'none', 'empty', 'r'])
    expect(lines).toHaveLength(2)
    const list = await h.list(bob)
    for (const line of lines) {
      const { roomId, activeAt, ...told } = line
      const entry = list.find(room => room.id === roomId)
      expect(entry).toMatchObject(told)
      expect(activeAt).toBe(entry?.lastMessage?.createdAt ?? entry?.createdAt)
    }
    expect(lines.find(line => line.roomId === 'r')).toMatchObject({
      ...{
        name: 'Room',
        type: 'private',
        seq: 5,
        unread: 1,
        mentions: 1,
        lastReadSeq: 3,
        readRevision: 1,
        muted: true,
      },
      lastMessage: { content: 'own' },
    })
    expect(await h.log.inboxOf('cy', ['r', 'empty'])).toEqual([])
    expect(await h.log.inboxOf('bob', [])).toEqual([])
  })

  it('[L141] whatever changes a line is told once to whose line it is, and nothing else is', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    await h.create(ann, 's', { members: ['bob', 'cy'] })
    await h.create(ann, 'theirs')
    const messageId = await h.say(ann, 'r', 'one')
    const about = { actor: ann, roomId: 'r' } as const
    const changes: LogCommand[] = [
      h.sending(ann, 'r', 'two', { mentions: ['bob'] }),
      h.sending(bob, 'r', 'own'),
      { kind: 'message.edit', ...about, messageId, content: 'new', mentions: ['bob'] },
      { kind: 'reaction.add', ...about, messageId, key: 'k' },
      { kind: 'message.delete', ...about, messageId },
      { kind: 'room.read', actor: bob, roomId: 'r', seq: 6, readRevision: null },
      { kind: 'room.unread', actor: bob, roomId: 'r', seq: 5 },
      { kind: 'room.notifications', actor: bob, roomId: 'r', muted: true },
      { kind: 'room.update', ...about, changes: { name: 'Other' } },
      { kind: 'member.put', ...about, userId: 'dan', role: null },
      { kind: 'member.remove', ...about, userId: 'cy' },
    ]
    let { cursor } = await since(await h.log.inboxCursor())
    for (const command of changes) {
      await done(h.run(command))
      const told = await since(cursor)
      expect(told.rooms, command.kind).toEqual(['r'])
      expect(told.entries).toEqual(await h.log.inboxOf('bob', ['r']))
      expect(told.total).toBe(2)
      expect((await since(told.cursor)).rooms, 'once').toEqual([])
      cursor = told.cursor
    }
    const nothing: LogCommand[] = [
      h.sending(ann, 'theirs', 'hello'),
      { kind: 'room.read', actor: ann, roomId: 'r', seq: 6, readRevision: null },
      { kind: 'room.notifications', actor: ann, roomId: 's', muted: true },
      { kind: 'room.read', actor: bob, roomId: 'r', seq: 1, readRevision: null },
      { kind: 'message.delete', ...about, messageId },
      { kind: 'user.seen', actor: person('bob', { name: 'Robert' }) },
    ]
    for (const command of nothing) {
      await done(h.run(command))
      expect((await since(cursor)).rooms, command.kind).toEqual([])
    }
    expect((await since(await h.log.inboxCursor())).rooms).toEqual([])
  })

  it('[L142] a room that comes is told, and one that goes is missed in the total', async () => {
    const h = use()
    await h.create(ann, 'a', { members: ['bob'] })
    await h.create(ann, 'b', { members: ['bob'] })
    const cursor = await h.log.inboxCursor()
    await h.create(ann, 'c', { members: ['bob'] })
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'c' }))
    expect(await since(cursor)).toMatchObject({ rooms: ['c'], total: 3 })
    const later = await h.log.inboxCursor()
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'a' }))
    expect(await since(later)).toMatchObject({ rooms: [], total: 2 })
    await done(h.run({ kind: 'ban.put', actor: ann, roomId: 'b', userId: 'bob', reason: null, until: null }))
    expect(await since(later)).toMatchObject({ rooms: [], total: 1 })
    expect(await since(cursor), 'all of it again').toMatchObject({ rooms: ['c'], total: 1 })
  })

  it('[L143] a cursor that nothing is known of, or since which too much has changed, has the list read anew', async () => {
    const h = use()
    for (let i = 0; i < 5; i++) await h.create(ann, `r${i}`, { members: ['bob'] })
    const cursor = await h.log.inboxCursor()
    const counts = /\.\d+(?=~|$)/g
    const ahead = cursor.replaceAll(counts, '.9999999')
    for (const bad of ['', '~', 'i', 'i.x.0', ahead, cursor.replaceAll(counts, '.x'), `x${cursor}`]) {
      expect(await h.log.inboxSince('bob', bad, 10), bad).toBeNull()
    }
    for (let i = 0; i < 5; i++) await h.say(ann, `r${i}`, 'hello')
    expect(await h.log.inboxSince('bob', cursor, 4)).toBeNull()
    expect((await since(cursor, 5)).entries).toHaveLength(5)
  })

  it('[L144] a page of the list comes with a cursor of its moment', async () => {
    const h = use()
    for (const roomId of ['a', 'b', 'c']) await h.create(ann, roomId, { members: ['bob'] })
    const page = await given(h.log.rooms({ actor: bob, cursor: null, limit: 2 }))
    expect((await since(page.inboxCursor)).rooms).toEqual([])
    await h.log.commit([h.sending(ann, 'a', 'one'), h.sending(ann, 'c', 'two'), h.sending(ann, 'c', 'three')])
    expect((await since(page.inboxCursor)).rooms).toEqual(['a', 'c'])
  })

  it('[L145] the rooms of a person come the most recently active first, as many as wanted', async () => {
    const h = use()
    for (const roomId of ['a', 'b', 'c']) {
      h.platform.now += 1
      await h.create(ann, roomId, { members: ['bob'] })
    }
    await h.create(ann, 'theirs')
    h.platform.now += 1
    await h.say(ann, 'a', 'latest')
    expect(await h.log.roomIdsOf('bob', 10)).toEqual(['a', 'c', 'b'])
    expect(await h.log.roomIdsOf('bob', 2)).toEqual(['a', 'c'])
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'a' }))
    expect(await h.log.roomIdsOf('bob', 10)).toEqual(['c', 'b'])
    expect(await h.log.roomIdsOf('nobody', 10)).toEqual([])
  })
}

export function peopleRules(use: () => Harness): void {
  it('[L150] who is in a room, as of its seq, in the order of joining', async () => {
    const h = use()
    const { epoch } = await h.create(ann, 'r', { type: 'private', members: ['bob', 'cy'] })
    expect(await h.log.people('r', 2)).toEqual({ epoch, seq: 4, count: 3, userIds: ['ann', 'bob'] })
    await done(h.run({ kind: 'member.leave', actor: ann, roomId: 'r' }))
    expect(await h.log.people('r', 10)).toEqual({ epoch, seq: 6, count: 2, userIds: ['bob', 'cy'] })
    expect(await h.log.people('none', 10)).toBeNull()
    await done(h.run({ kind: 'room.delete', actor: root, roomId: 'r' }))
    expect(await h.log.people('r', 10)).toBeNull()
  })

  it('[L151] which of some people are members is told to whoever may read the room', async () => {
    const h = use()
    await h.create(ann, 'r', { type: 'private', members: ['bob'] })
    const among = (actor: typeof ann, roomId = 'r') => h.log.membersAmong(roomId, actor, ['cy', 'bob', 'ann', 'nobody'])
    expect(await given(among(bob))).toEqual(['bob', 'ann'])
    await refusedWith('not_found', among(cy))
    await refusedWith('not_found', among(ann, 'none'))
  })

  it('[L153] who may write is who is in the room and not muted', async () => {
    const h = use()
    await h.create(ann, 'r', { type: 'public', members: ['bob'] })
    const may = (actor: typeof ann) => h.log.mayWrite('r', actor)
    expect([await may(ann), await may(bob)]).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ])
    await refusedWith('forbidden', may(cy))
    await refusedWith('forbidden', may(root))
    await done(h.run({ kind: 'mute.put', actor: ann, roomId: 'r', userId: 'bob', until: null }))
    await refusedWith('muted', may(bob))
    await done(h.run({ kind: 'mute.remove', actor: ann, roomId: 'r', userId: 'bob' }))
    await given(may(bob))
  })

  it('[L152] one is acquainted with oneself and with whom one shares a room now', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.create(bob, 's', { members: ['cy'] })
    await h.create(ann, 'gone', { members: ['cy', 'dan'] })
    const known = (userId: string) => h.log.acquainted(userId, ['dan', 'cy', 'bob', 'ann', 'nobody'])
    expect(await known('ann')).toEqual(['dan', 'cy', 'bob', 'ann'])
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'gone' }))
    expect(await known('ann')).toEqual(['bob', 'ann'])
    expect(await known('bob')).toEqual(['cy', 'bob', 'ann'])
    await done(h.run({ kind: 'member.leave', actor: ann, roomId: 'r' }))
    expect(await known('ann')).toEqual(['ann'])
    expect(await known('nobody')).toEqual(['nobody'])
    expect(await h.log.acquainted('ann', [])).toEqual([])
  })
}
