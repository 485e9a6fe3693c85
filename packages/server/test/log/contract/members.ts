import { expect, it } from 'vitest'
import { ann, bob, cy, done, given, type Harness, person, refusedWith } from '../kit.ts'

export function memberRules(use: () => Harness): void {
  it('[L50] joining a public room is idempotent, but tells a new display name', async () => {
    const h = use()
    await h.create(ann, 'r')
    const joined = await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    expect(joined.events).toMatchObject([
      { kind: 'member.joined', member: { userId: 'bob', name: 'BOB', role: 'member' } },
    ])
    expect(joined.detail).toMatchObject({ kind: 'room', room: { id: 'r' } })
    expect((await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))).events).toEqual([])
    const renamed = await done(h.run({ kind: 'member.join', actor: person('bob', { name: 'Robert' }), roomId: 'r' }))
    expect(renamed.events).toMatchObject([{ kind: 'member.updated', member: { userId: 'bob', name: 'Robert' } }])
  })

  it('[L51] leaving is idempotent in a public room; coming back is a new joining', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    const left = await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'r' }))
    expect(left.events).toMatchObject([{ seq: 4, kind: 'member.left', by: 'bob', userId: 'bob', reason: 'left' }])
    expect(await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'r' }))).toMatchObject({ seq: 4, events: [] })
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    expect((await h.snapshot(bob, 'r')).lastReadSeq).toBe(5)
  })

  it('[L52] when the last owner leaves, the admin of longest standing becomes one, else the member; else nobody', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy', 'dan'] })
    await h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'dan', role: 'admin' })
    await h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'cy', role: 'admin' })
    const heirs: unknown[] = []
    for (const leaver of ['ann', 'cy', 'dan', 'bob']) {
      const { events } = await done(h.run({ kind: 'member.leave', actor: person(leaver), roomId: 'r' }))
      heirs.push(events.map(event => (event.kind === 'member.updated' ? event.member : event.kind)))
    }
    expect(heirs).toMatchObject([
      ['member.left', { userId: 'cy', role: 'owner' }],
      ['member.left', { userId: 'dan', role: 'owner' }],
      ['member.left', { userId: 'bob', role: 'owner' }],
      ['member.left'],
    ])
    expect((await h.snapshot(cy, 'r')).memberCount).toBe(0)
    const { events } = await done(h.run({ kind: 'member.join', actor: cy, roomId: 'r' }))
    expect(events, 'who comes into an empty room').toMatchObject([{ member: { userId: 'cy', role: 'owner' } }])
  })

  it('[L53] another owner stays: nobody is promoted', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    await done(h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'cy', role: 'owner' }))
    expect((await done(h.run({ kind: 'member.leave', actor: ann, roomId: 'r' }))).events).toHaveLength(1)
  })

  it('[L54] members are put by owners and admins, with the name they were last seen by', async () => {
    const h = use()
    await h.create(ann, 'r', { type: 'private', members: ['bob'] })
    const put = (actor: typeof ann, userId: string, role: 'owner' | 'admin' | 'member' | null) =>
      h.run({ kind: 'member.put', actor, roomId: 'r', userId, role })
    await refusedWith('forbidden', put(bob, 'cy', null))
    await done(h.run({ kind: 'user.seen', actor: person('cy', { name: 'Cyril' }) }))
    expect((await done(put(ann, 'cy', null))).events).toMatchObject([
      { kind: 'member.joined', by: 'ann', member: { userId: 'cy', name: 'Cyril', role: 'member' } },
    ])
    expect((await done(put(ann, 'cy', null))).events).toEqual([])
    expect((await done(put(ann, 'cy', 'admin'))).events).toMatchObject([
      { kind: 'member.updated', member: { userId: 'cy', role: 'admin' } },
    ])
    await refusedWith('forbidden', put(cy, 'bob', 'admin'))
    await refusedWith('forbidden', put(cy, 'ann', 'member'))
    await done(h.run({ kind: 'user.seen', actor: person('bob', { name: 'Robert' }) }))
    expect((await done(put(cy, 'bob', null))).events).toMatchObject([{ member: { name: 'Robert', role: 'member' } }])
    await refusedWith('conflict', put(ann, 'ann', 'member'))
  })

  it('[L55] members are removed by those of higher rank, and by themselves', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy', 'dan'] })
    const remove = (actor: typeof ann, userId: string) => h.run({ kind: 'member.remove', actor, roomId: 'r', userId })
    await h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'bob', role: 'admin' })
    await h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'cy', role: 'admin' })
    await refusedWith('forbidden', remove(bob, 'cy'))
    await refusedWith('forbidden', remove(bob, 'ann'))
    await refusedWith('forbidden', remove(person('dan'), 'bob'))
    await refusedWith('not_found', remove(ann, 'nobody'))
    expect((await done(remove(bob, 'dan'))).events).toMatchObject([
      { kind: 'member.left', by: 'bob', userId: 'dan', reason: 'kicked' },
    ])
    expect((await done(remove(bob, 'bob'))).events).toMatchObject([{ kind: 'member.left', reason: 'left' }])
  })

  it('[L56] members are listed page by page in the order of joining, and found by any part of the name', async () => {
    const h = use()
    const others = Array.from({ length: 25 }, (_, i) => `u${i}`)
    await h.create(ann, 'r', { members: others })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: { members: readonly { userId: string }[]; nextCursor: string | null } = await given(
        h.log.members({ roomId: 'r', actor: ann, limit: 7, cursor, query: '' }),
      )
      seen.push(...page.members.map(member => member.userId))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['ann', ...others])
    await h.run({ kind: 'member.join', actor: person('ö', { name: 'Ödön Ånd' }), roomId: 'r' })
    const find = async (query: string) =>
      (await given(h.log.members({ roomId: 'r', actor: ann, limit: 50, cursor: null, query }))).members
    expect(await find('öN å')).toMatchObject([{ userId: 'ö' }])
    expect(await find('%')).toEqual([])
    for (const bad of ['', 'm.', 'm.-1', 'b.3', 'm.1e3', "m.1' OR 1", `m.${'9'.repeat(16)}`]) {
      await refusedWith('bad_request', h.log.members({ roomId: 'r', actor: ann, limit: 7, cursor: bad, query: '' }))
    }
  })
}
