import { expect, it } from 'vitest'
import { SLOW_MODE_LOOK_BACK } from '../../../src/log/facts.ts'
import { ann, bob, done, type Harness, person, refusedWith, root } from '../kit.ts'

export function sanctionRules(use: () => Harness): void {
  it('[L60] a banned member leaves with reason banned and cannot come back, nor be put back, before the ban is lifted', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const ban = () => h.run({ kind: 'ban.put', actor: ann, roomId: 'r', userId: 'bob', reason: null, until: null })
    expect((await done(ban())).events).toMatchObject([
      { kind: 'member.left', userId: 'bob', reason: 'banned', by: 'ann' },
    ])
    expect((await done(ban())).events, 'again: no event').toEqual([])
    await refusedWith('forbidden', h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await refusedWith('forbidden', h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'bob', role: null }))
    const lift = () => h.run({ kind: 'ban.remove', actor: ann, roomId: 'r', userId: 'bob' })
    expect((await done(lift())).events).toEqual([])
    await done(lift())
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
  })

  it('[L64] a ban that has ended does not come back upon a member when the clock is set back', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const until = h.platform.now + 1_000
    await done(h.run({ kind: 'ban.put', actor: ann, roomId: 'r', userId: 'bob', reason: null, until }))
    h.platform.now = until
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    h.platform.now = until - 500
    await done(h.send(bob, 'r', 'still here'))
  })

  it('[L61] ban and mute reach those of lower rank, and people who are not in the room', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy', 'dan'] })
    for (const userId of ['bob', 'cy']) {
      await h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId, role: 'admin' })
    }
    for (const kind of ['ban.put', 'mute.put'] as const) {
      const put = (actor: typeof ann, userId: string, until: number | null = null) =>
        h.run({ kind, actor, roomId: 'r', userId, reason: null, until })
      await refusedWith('forbidden', put(bob, 'cy'))
      await refusedWith('forbidden', put(bob, 'ann'))
      await refusedWith('forbidden', put(bob, 'bob'))
      await refusedWith('forbidden', put(person('dan'), 'bob'))
      await refusedWith('forbidden', put(root, 'ann'))
      await refusedWith('forbidden', put(root, 'root'))
      await refusedWith('bad_request', put(ann, 'dan', h.platform.now))
      await done(put(bob, 'stranger'))
    }
    await refusedWith('forbidden', h.run({ kind: 'member.join', actor: person('stranger'), roomId: 'r' }))
  })

  it('[L62] a muted member neither sends nor edits, but reacts and reads; until the mute ends', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(bob, 'r', 'hello')
    const until = h.platform.now + 1_000
    await done(h.run({ kind: 'mute.put', actor: ann, roomId: 'r', userId: 'bob', until }))
    const edit = () =>
      h.run({ kind: 'message.edit', actor: bob, roomId: 'r', messageId, content: 'more', mentions: null })
    await refusedWith('muted', h.send(bob, 'r', 'more'))
    await refusedWith('muted', edit())
    await done(h.run({ kind: 'reaction.add', actor: bob, roomId: 'r', messageId, key: '👍' }))
    await done(h.run({ kind: 'room.read', actor: bob, roomId: 'r', seq: 4, readRevision: null }))
    await h.run({ kind: 'member.leave', actor: bob, roomId: 'r' })
    await h.run({ kind: 'member.join', actor: bob, roomId: 'r' })
    await refusedWith('muted', h.send(bob, 'r', 'a mute outlasts leaving'))
    h.platform.now = until
    await done(edit())
    await done(h.run({ kind: 'mute.put', actor: ann, roomId: 'r', userId: 'bob', until: null }))
    await refusedWith('muted', h.send(bob, 'r', 'more'))
    await done(h.run({ kind: 'mute.remove', actor: ann, roomId: 'r', userId: 'bob' }))
    await done(h.send(bob, 'r', 'more'))
  })

  it('[L63] slow mode: a member waits between two messages, owners and admins do not', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    await h.say(bob, 'r', 'before slow mode')
    await h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes: { slowModeMs: 10_000 } })
    h.platform.now += 4_000
    await h.say(ann, 'r', 'an owner')
    await h.say(ann, 'r', 'an owner again')
    const early = await h.send(bob, 'r', 'early')
    expect(early).toMatchObject({ ok: false, refusal: { code: 'rate_limited', retryAfterMs: 6_000 } })
    await done(h.send(person('cy'), 'r', 'another member'))
    h.platform.now += 5_999
    await refusedWith('rate_limited', h.send(bob, 'r', 'early'))
    h.platform.now += 1
    await done(h.send(bob, 'r', 'in time'))
  })

  it('[L66] slow mode: when the clock is put back by more than it lasts, nobody waits for the clock to catch up', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes: { slowModeMs: 10_000 } })
    await h.say(bob, 'r', 'by a clock that is an hour ahead')
    h.platform.now -= 5_000
    const early = await h.send(bob, 'r', 'early')
    expect(early).toMatchObject({ ok: false, refusal: { code: 'rate_limited', retryAfterMs: 10_000 } })
    h.platform.now -= 3_600_000
    await done(h.send(bob, 'r', 'in time'))
  })

  it('[L65] slow mode looks back a bounded way, and not at all for a reply to nothing', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes: { slowModeMs: 10_000 } })
    await h.say(bob, 'r', 'first')
    await refusedWith('not_found', h.send(bob, 'r', 'a reply', { replyTo: 'no-such-message' }))
    const others = Array.from({ length: SLOW_MODE_LOOK_BACK - 1 }, (_, i) => h.sending(ann, 'r', `m${i}`))
    await h.log.commit(others)
    await refusedWith('rate_limited', h.send(bob, 'r', 'early'))
    await h.say(ann, 'r', 'one more')
    await done(h.send(bob, 'r', 'out of sight'))
  })
}
