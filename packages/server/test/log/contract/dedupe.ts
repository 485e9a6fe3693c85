import { expect, it } from 'vitest'
import { ann, bob, done, type Harness, person, refusedWith } from '../kit.ts'

export function dedupeRules(use: () => Harness): void {
  it('[L20] the same send again is answered with the first ack and adds nothing', async () => {
    const h = use()
    await h.create(ann, 'r')
    const draft = { clientId: 'x', mentions: ['bob', 'ann'] }
    const first = await done(h.send(ann, 'r', 'hello', draft))
    h.platform.now += 86_400_000
    await h.say(ann, 'r', 'later')
    const laterToken = person('ann', { name: 'Ann, renamed' })
    const again = await done(h.send(laterToken, 'r', 'hello', { ...draft, mentions: ['ann', 'bob', 'bob'], seen: 2 }))
    expect(again).toMatchObject({ seq: first.seq, events: [], detail: { ...first.detail, duplicate: true } })
    expect(first.detail).toMatchObject({ duplicate: false })
    expect(await h.events('r')).toHaveLength(4)
  })

  it('[L21] the same clientId with another message is a conflict and adds nothing', async () => {
    const h = use()
    await h.create(ann, 'r')
    const other = await h.say(ann, 'r', 'other')
    await h.say(ann, 'r', 'hello', { clientId: 'x' })
    await refusedWith('conflict', h.send(ann, 'r', 'hello!', { clientId: 'x' }))
    await refusedWith('conflict', h.send(ann, 'r', 'hello', { clientId: 'x', type: 'image' }))
    await refusedWith('conflict', h.send(ann, 'r', 'hello', { clientId: 'x', replyTo: other }))
    await refusedWith('conflict', h.send(ann, 'r', 'hello', { clientId: 'x', mentions: ['bob'] }))
    expect(await h.log.head('r')).toMatchObject({ seq: 4 })
  })

  it('[L22] what was sent counts, even when it has been edited or deleted since', async () => {
    const h = use()
    await h.create(ann, 'r')
    const edited = await h.say(ann, 'r', 'before', { clientId: 'e' })
    const deleted = await h.say(ann, 'r', 'gone', { clientId: 'd' })
    await done(
      h.run({ kind: 'message.edit', actor: ann, roomId: 'r', messageId: edited, content: 'after', mentions: null }),
    )
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId: deleted }))
    expect(await h.say(ann, 'r', 'before', { clientId: 'e' })).toBe(edited)
    expect(await h.say(ann, 'r', 'gone', { clientId: 'd' })).toBe(deleted)
    await refusedWith('conflict', h.send(ann, 'r', 'after', { clientId: 'e' }))
    await refusedWith('conflict', h.send(ann, 'r', '', { clientId: 'd' }))
  })

  it('[L23] a clientId is its sender’s and its room’s alone', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.create(ann, 's')
    const ids = [
      await h.say(ann, 'r', 'by ann', { clientId: 'x' }),
      await h.say(bob, 'r', 'by bob', { clientId: 'x' }),
      await h.say(ann, 's', 'elsewhere', { clientId: 'x' }),
    ]
    expect(new Set(ids).size).toBe(3)
  })

  it('[L24] the first ack is given again to somebody muted or slowed down, not to somebody who is out', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes: { slowModeMs: 60_000 } })
    const first = await h.say(bob, 'r', 'hello', { clientId: 'x' })
    await h.run({ kind: 'mute.put', actor: ann, roomId: 'r', userId: 'bob', until: null })
    expect(await h.say(bob, 'r', 'hello', { clientId: 'x' })).toBe(first)
    await h.run({ kind: 'ban.put', actor: ann, roomId: 'r', userId: 'bob', reason: null, until: null })
    await refusedWith('forbidden', h.send(bob, 'r', 'hello', { clientId: 'x' }))
  })

  it('[L25] a repeat in the very same batch is a duplicate too', async () => {
    const h = use()
    await h.create(ann, 'r')
    const twice = () => h.sending(ann, 'r', 'hello', { clientId: 'x' })
    const outcomes = await h.log.commit([twice(), twice()])
    expect(outcomes).toMatchObject([
      { ok: true, seq: 3, detail: { duplicate: false } },
      { ok: true, seq: 3, detail: { duplicate: true }, events: [] },
    ])
  })
}
