import { expect, it } from 'vitest'
import { ann, bob, cy, done, given, type Harness, refusedWith } from '../kit.ts'

export function roomRules(use: () => Harness): void {
  it('[L40] an id is taken for ever, also by a room that is deleted', async () => {
    const h = use()
    await h.create(ann, 'r')
    await refusedWith('conflict', h.run(h.creation(bob, 'r')))
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'r' }))
    await refusedWith('conflict', h.run(h.creation(bob, 'r')))
  })

  it('[L41] a direct room of the same people exists once, also after one of them has left', async () => {
    const h = use()
    const first = await h.create(ann, 'd1', { type: 'direct', members: ['bob'] })
    const second = await done(h.run(h.creation(bob, 'd2', { type: 'direct', members: ['ann', 'bob'] })))
    expect(second).toMatchObject({ roomId: 'd1', events: [], detail: { existed: true, room: { id: 'd1' } } })
    expect(first.detail).toMatchObject({ existed: false })
    await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'd1' }))
    const third = await done(h.run(h.creation(ann, 'd3', { type: 'direct', members: ['bob'] })))
    expect(third).toMatchObject({ roomId: 'd1', detail: { existed: true } })
    const back = await done(h.run(h.creation(bob, 'd3', { type: 'direct', members: ['ann'] })))
    expect(back, 'who has left comes back by asking for it').toMatchObject({
      ...{ roomId: 'd1', detail: { existed: true } },
      events: [{ kind: 'member.joined', member: { userId: 'bob', role: 'member' } }],
    })
    await done(h.run({ kind: 'ban.put', actor: ann, roomId: 'd1', userId: 'bob', reason: null, until: null }))
    await refusedWith('not_found', h.run(h.creation(bob, 'd3', { type: 'direct', members: ['ann'] })))
    const other = await done(h.run(h.creation(ann, 'd4', { type: 'direct', members: ['bob', 'cy'] })))
    expect(other).toMatchObject({ roomId: 'd4', detail: { existed: false } })
    await refusedWith('bad_request', h.run(h.creation(ann, 'd5', { type: 'direct', members: ['ann'] })))
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'd1' }))
    expect(await h.create(ann, 'd6', { type: 'direct', members: ['bob'] })).toMatchObject({ roomId: 'd6' })
  })

  it('[L42] a direct room takes nobody in', async () => {
    const h = use()
    await h.create(ann, 'd', { type: 'direct', members: ['bob'] })
    await refusedWith('forbidden', h.run({ kind: 'member.put', actor: ann, roomId: 'd', userId: 'cy', role: null }))
    await refusedWith('not_found', h.run({ kind: 'member.join', actor: cy, roomId: 'd' }))
  })

  it('[L43] changes to a room are an event with the whole room; what changes nothing is none', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'], metadata: { color: 'red' } })
    const changes = { name: 'new', slowModeMs: 5_000, metadata: { color: 'blue', deep: { list: [1] } } }
    const changed = await done(h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes }))
    expect(changed.events).toMatchObject([{ seq: 4, kind: 'room.updated', by: 'ann', room: { id: 'r', ...changes } }])
    expect(await given(h.log.room('r', bob))).toMatchObject({ ...changes, topic: '', createdBy: 'ann' })
    const same = await done(h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes: { name: 'new' } }))
    expect(same).toMatchObject({ seq: 4, events: [] })
    await refusedWith('forbidden', h.run({ kind: 'room.update', actor: bob, roomId: 'r', changes: { name: 'mine' } }))
  })

  it('[L44] a deleted room is gone for everybody, with all that was in it', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob'] })
    await h.say(bob, 'r', 'hello', { mentions: ['ann'] })
    await refusedWith('forbidden', h.run({ kind: 'room.delete', actor: bob, roomId: 'r' }))
    const gone = await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'r' }))
    expect(gone).toMatchObject({ seq: 4, events: [], detail: { kind: 'deleted', members: ['ann', 'bob'] } })
    await refusedWith('not_found', h.log.access('r', ann))
    await refusedWith('not_found', h.send(ann, 'r', 'hello'))
    await refusedWith('not_found', h.run({ kind: 'room.delete', actor: ann, roomId: 'r' }))
    expect(await h.events('r')).toEqual([])
    expect(await h.log.head('r')).toBeNull()
    expect((await given(h.log.rooms({ actor: bob, cursor: null, limit: 10 }))).rooms).toEqual([])
    expect((await given(h.log.discover({ actor: cy, cursor: null, limit: 10, query: '' }))).rooms).toEqual([])
    expect(await h.log.holds('r', null)).toBe(true)
  })
}
