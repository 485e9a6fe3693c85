import { MAX_REACTIONS_PER_MESSAGE } from '@holdfast/protocol'
import { expect, it } from 'vitest'
import { ann, bob, cy, done, given, type Harness, person, refusedWith } from '../kit.ts'

export function messageRules(use: () => Harness): void {
  it('[L70] members edit their own messages; the same text again is no event', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(bob, 'r', 'one')
    const edit = (actor: typeof ann, content: string) =>
      h.run({ kind: 'message.edit', actor, roomId: 'r', messageId, content, mentions: null })
    await refusedWith('forbidden', edit(ann, 'two'))
    h.platform.now += 5
    const { events, seq } = await done(edit(bob, 'two'))
    expect(events).toEqual([
      {
        kind: 'message.edited',
        seq,
        at: h.platform.now,
        by: 'bob',
        messageId,
        content: 'two',
        editedAt: h.platform.now,
      },
    ])
    expect(await done(edit(bob, 'two'))).toMatchObject({ seq, events: [] })
    expect((await h.snapshot(bob, 'r')).messages).toMatchObject([
      { id: messageId, content: 'two', editedAt: h.platform.now },
    ])
    await h.run({ kind: 'member.leave', actor: bob, roomId: 'r' })
    await refusedWith('forbidden', edit(bob, 'three'))
  })

  it('[L71] members delete their own, owners and admins anybody’s; again is done already', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    const [own, other] = [await h.say(bob, 'r', 'own'), await h.say(cy, 'r', 'other')]
    const remove = (actor: typeof ann, messageId: string) =>
      h.run({ kind: 'message.delete', actor, roomId: 'r', messageId })
    await refusedWith('forbidden', remove(bob, other))
    await done(remove(bob, own))
    const { seq } = await done(remove(ann, other))
    expect(await done(remove(ann, other))).toMatchObject({ seq, events: [] })
    await refusedWith('not_found', remove(ann, 'no-such-message'))
  })

  it('[L72] once deleted no answer carries the former content: history, snapshot, events, edits among them', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(bob, 'r', 'secret-1', { mentions: ['ann'] })
    for (const content of ['secret-2', 'secret-3']) {
      await done(h.run({ kind: 'message.edit', actor: bob, roomId: 'r', messageId, content, mentions: null }))
    }
    await done(h.run({ kind: 'reaction.add', actor: ann, roomId: 'r', messageId, key: 'k' }))
    await done(h.run({ kind: 'message.pin', actor: ann, roomId: 'r', messageId }))
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId }))
    const answers = [
      await h.events('r'),
      await h.delta(bob, 'r', 0),
      await h.snapshot(bob, 'r'),
      await given(h.log.history({ roomId: 'r', actor: bob, limit: 10, from: { kind: 'around', messageId } })),
      await given(h.log.room('r', bob)),
      await given(h.log.rooms({ actor: ann, cursor: null, limit: 10 })),
    ]
    for (const answer of answers) {
      expect(JSON.stringify(answer)).not.toContain('secret')
    }
    expect((await h.snapshot(bob, 'r')).messages).toMatchObject([
      { id: messageId, seq: 4, content: '', mentions: [], reactions: {}, pinned: false, deletedAt: h.platform.now },
    ])
  })

  it('[L73] a deleted message is not edited, reacted to or pinned any more; it can be replied to', async () => {
    const h = use()
    await h.create(ann, 'r')
    const messageId = await h.say(ann, 'r', 'hello')
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId }))
    await refusedWith(
      'conflict',
      h.run({ kind: 'message.edit', actor: ann, roomId: 'r', messageId, content: 'x', mentions: null }),
    )
    await refusedWith('conflict', h.run({ kind: 'reaction.add', actor: ann, roomId: 'r', messageId, key: 'x' }))
    await refusedWith('conflict', h.run({ kind: 'reaction.remove', actor: ann, roomId: 'r', messageId, key: 'x' }))
    await refusedWith('conflict', h.run({ kind: 'message.pin', actor: ann, roomId: 'r', messageId }))
    await h.say(ann, 'r', 'reply', { replyTo: messageId })
  })

  it('[L74] reactions are idempotent, in the order of reacting, and bounded', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(ann, 'r', 'hello')
    const react = (kind: 'reaction.add' | 'reaction.remove', actor: typeof ann, key: string) =>
      h.run({ kind, actor, roomId: 'r', messageId, key })
    const added = await done(react('reaction.add', bob, 'toString'))
    expect(added.events).toMatchObject([{ kind: 'reaction.added', messageId, key: 'toString', userId: 'bob' }])
    expect(await done(react('reaction.add', bob, 'toString'))).toMatchObject({ seq: added.seq, events: [] })
    await done(react('reaction.add', ann, 'toString'))
    expect((await h.snapshot(ann, 'r')).messages[0]?.reactions).toEqual({ toString: ['bob', 'ann'] })
    expect((await done(react('reaction.remove', ann, 'none'))).events).toEqual([])
    await done(react('reaction.remove', bob, 'toString'))
    const rest = Array.from({ length: MAX_REACTIONS_PER_MESSAGE - 1 }, (_, i) => `k${i}`)
    const outcomes = await h.log.commit(
      rest.map(key => ({ kind: 'reaction.add', actor: bob, roomId: 'r', messageId, key }) as const),
    )
    expect(outcomes.every(outcome => outcome.ok)).toBe(true)
    await refusedWith('too_large', react('reaction.add', bob, 'one more'))
  })

  it('[L75] owners and admins pin; again is no event', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(bob, 'r', 'hello')
    const pin = (kind: 'message.pin' | 'message.unpin', actor: typeof ann) =>
      h.run({ kind, actor, roomId: 'r', messageId })
    await refusedWith('forbidden', pin('message.pin', bob))
    expect((await done(pin('message.pin', ann))).events).toMatchObject([{ kind: 'message.pinned', messageId }])
    expect((await done(pin('message.pin', ann))).events).toEqual([])
    expect((await h.snapshot(bob, 'r')).messages).toMatchObject([{ pinned: true }])
    expect((await done(pin('message.unpin', ann))).events).toMatchObject([{ kind: 'message.unpinned', messageId }])
  })

  it('[L76] a message is known in its own room alone', async () => {
    const h = use()
    await h.create(ann, 'r')
    await h.create(ann, 's')
    const messageId = await h.say(ann, 'r', 'hello')
    await h.say(ann, 's', 'at the same seq')
    await refusedWith('not_found', h.send(ann, 's', 'reply', { replyTo: messageId }))
    await refusedWith(
      'not_found',
      h.run({ kind: 'message.edit', actor: ann, roomId: 's', messageId, content: 'x', mentions: null }),
    )
    await refusedWith('not_found', h.run({ kind: 'reaction.add', actor: ann, roomId: 's', messageId, key: 'x' }))
    const around = { kind: 'around', messageId } as const
    await refusedWith('not_found', h.log.history({ roomId: 's', actor: ann, limit: 10, from: around }))
  })

  it('[L77] nobody sends system messages; mentions are kept once each', async () => {
    const h = use()
    await h.create(ann, 'r')
    await refusedWith('forbidden', h.send(ann, 'r', 'restart in 5', { type: 'system' }))
    await h.say(ann, 'r', 'hey', { mentions: ['bob', 'cy', 'bob'] })
    expect((await h.snapshot(ann, 'r')).messages).toMatchObject([{ mentions: ['bob', 'cy'] }])
  })

  it('[L78] any text that can be stored comes back as it was', async () => {
    const h = use()
    const actor = person('ann', { name: "Robert'); DROP TABLE rooms;--" })
    await h.create(actor, 'r', {
      name: '"quoted" \\ ünïcödé 👩‍👩‍👧',
      metadata: { __proto__x: { 'a.b': [null, true, 1.5] } },
    })
    const texts = ['👩‍👩‍👧', "'; DELETE FROM messages;--", '\\u0000 \n\r\t', ' ﷽ ', 'e\u0301 ≠ é', '{"json": true}']
    for (const text of texts) await h.say(actor, 'r', text)
    const { messages, room } = await h.snapshot(actor, 'r')
    expect(messages.map(message => message.content)).toEqual(texts)
    expect(room).toMatchObject({
      name: '"quoted" \\ ünïcödé 👩‍👩‍👧',
      metadata: { __proto__x: { 'a.b': [null, true, 1.5] } },
    })
    expect(messages[0]?.senderName).toBe("Robert'); DROP TABLE rooms;--")
  })
}
