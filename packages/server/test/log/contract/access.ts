import { expect, it } from 'vitest'
import { ann, bob, cy, done, given, type Harness, refusedWith, root } from '../kit.ts'

export function accessRules(use: () => Harness): void {
  it('[L30] a private room of others is not there, in every call alike', async () => {
    const h = use()
    await h.create(ann, 'r', { type: 'private' })
    const messageId = await h.say(ann, 'r', 'secret')
    for (const roomId of ['r', 'none']) {
      const refusals = await Promise.all([
        h.log.access(roomId, bob),
        h.log.room(roomId, bob),
        h.log.open({ roomId, actor: bob, cursor: null, window: 10, delta: 10 }),
        h.log.history({ roomId, actor: bob, limit: 10, from: { kind: 'around', messageId } }),
        h.log.members({ roomId, actor: bob, limit: 10, cursor: null, query: '' }),
        h.log.membersAmong(roomId, bob, ['ann']),
        h.log.mayWrite(roomId, bob),
        h.log.seenBy({ roomId, actor: bob, messageId, names: 1 }),
        h.send(bob, roomId, 'hello'),
        h.run({ kind: 'member.join', actor: bob, roomId }),
        h.run({ kind: 'member.leave', actor: bob, roomId }),
        h.run({ kind: 'member.put', actor: bob, roomId, userId: 'bob', role: 'owner' }),
        h.run({ kind: 'member.remove', actor: bob, roomId, userId: 'ann' }),
        h.run({ kind: 'room.update', actor: bob, roomId, changes: { name: 'mine' } }),
        h.run({ kind: 'room.delete', actor: bob, roomId }),
        h.run({ kind: 'room.read', actor: bob, roomId, seq: 1, readRevision: null }),
        h.run({ kind: 'room.unread', actor: bob, roomId, seq: 1 }),
        h.run({ kind: 'room.notifications', actor: bob, roomId, muted: true }),
        h.run({ kind: 'ban.put', actor: bob, roomId, userId: 'ann', reason: null, until: null }),
        h.run({ kind: 'mute.remove', actor: bob, roomId, userId: 'ann' }),
        h.run({ kind: 'message.edit', actor: bob, roomId, messageId, content: 'x', mentions: null }),
        h.run({ kind: 'message.pin', actor: bob, roomId, messageId }),
        h.run({ kind: 'reaction.add', actor: bob, roomId, messageId, key: 'x' }),
      ])
      const said = new Set(refusals.map(refusal => JSON.stringify(refusal)))
      expect([...said]).toEqual([
        '{"ok":false,"refusal":{"code":"not_found","message":"unable to find the room; there is none by this id"}}',
      ])
    }
  })

  it('[L31] a public room is read by anybody; acting in it takes joining', async () => {
    const h = use()
    await h.create(ann, 'r')
    const messageId = await h.say(ann, 'r', 'hello')
    expect(await given(h.log.access('r', bob))).toMatchObject({ role: null, seq: 3 })
    expect((await h.snapshot(bob, 'r')).messages).toHaveLength(1)
    await refusedWith('forbidden', h.send(bob, 'r', 'hello'))
    await refusedWith('forbidden', h.run({ kind: 'reaction.add', actor: bob, roomId: 'r', messageId, key: 'x' }))
    await refusedWith('forbidden', h.run({ kind: 'room.read', actor: bob, roomId: 'r', seq: 3, readRevision: null }))
    await refusedWith('forbidden', h.run({ kind: 'message.delete', actor: bob, roomId: 'r', messageId }))
  })

  it('[L32] a ban hides a private room and closes a public one, until it ends', async () => {
    const h = use()
    const until = h.platform.now + 1_000
    for (const [roomId, type, code] of [
      ['pub', 'public', 'forbidden'],
      ['priv', 'private', 'not_found'],
    ] as const) {
      await h.create(ann, roomId, { type, members: ['bob'] })
      await done(h.run({ kind: 'ban.put', actor: ann, roomId, userId: 'bob', reason: 'spam', until }))
      await refusedWith(code, h.log.access(roomId, bob))
      await refusedWith(code, h.log.open({ roomId, actor: bob, cursor: null, window: 10, delta: 10 }))
      await refusedWith(code, h.run({ kind: 'member.join', actor: bob, roomId }))
    }
    h.platform.now = until
    expect(await given(h.log.access('pub', bob))).toMatchObject({ role: null })
    await refusedWith('not_found', h.log.access('priv', bob))
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'pub' }))
  })

  it('[L33] a server admin acts as an owner everywhere, but sends only as a member', async () => {
    const h = use()
    await h.create(ann, 'r', { type: 'private', members: ['bob'] })
    await h.say(ann, 'r', 'hello')
    expect(await given(h.log.access('r', root))).toMatchObject({ role: 'owner' })
    expect((await h.snapshot(root, 'r')).messages).toHaveLength(1)
    await refusedWith('forbidden', h.send(root, 'r', 'hello'))
    await done(h.run({ kind: 'room.update', actor: root, roomId: 'r', changes: { topic: 'kept in order' } }))
    await done(h.run({ kind: 'member.remove', actor: root, roomId: 'r', userId: 'bob' }))
    await done(h.run({ kind: 'member.put', actor: root, roomId: 'r', userId: 'root', role: null }))
    await done(h.send(root, 'r', 'hello'))
    await done(h.run({ kind: 'room.delete', actor: root, roomId: 'r' }))
  })

  it('[L34] who has left a private room finds it no more', async () => {
    const h = use()
    await h.create(ann, 'r', { type: 'private', members: ['bob', 'cy'] })
    await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'r' }))
    await done(h.run({ kind: 'member.remove', actor: ann, roomId: 'r', userId: 'cy' }))
    await refusedWith('not_found', h.log.access('r', bob))
    await refusedWith('not_found', h.log.access('r', cy))
  })
}
