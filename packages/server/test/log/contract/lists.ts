import { expect, it } from 'vitest'
import { ann, bob, cy, done, given, type Harness, refusedWith } from '../kit.ts'

interface Page<T> {
  readonly rooms: readonly T[]
  readonly nextCursor: string | null
}

export function listRules(use: () => Harness): void {
  const walk = async <T>(page: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> => {
    const all: T[] = []
    let cursor: string | null = null
    do {
      const { rooms, nextCursor }: Page<T> = await page(cursor)
      all.push(...rooms)
      cursor = nextCursor
    } while (cursor !== null)
    return all
  }

  it('[L110] my rooms come newest message first, page by page, with what each line tells', async () => {
    const h = use()
    for (let i = 0; i < 9; i++) {
      h.platform.now += i % 3 === 0 ? 10 : 0
      await h.create(ann, `r${i}`, { members: ['bob'] })
    }
    h.platform.now += 10
    await h.say(ann, 'r4', 'hey', { mentions: ['bob'] })
    h.platform.now += 10
    await h.say(bob, 'r2', 'latest')
    const rooms = await walk(cursor => given(h.log.rooms({ actor: bob, cursor, limit: 2 })))
    expect(rooms.map(room => room.id)).toEqual(['r2', 'r4', 'r8', 'r7', 'r6', 'r5', 'r3', 'r1', 'r0'])
    expect(rooms[1]).toMatchObject({ seq: 4, unread: 1, mentions: 1, lastReadSeq: 3, lastMessage: { content: 'hey' } })
    expect(rooms[2]).toMatchObject({ seq: 3, unread: 0, mentions: 0, lastMessage: null })
    expect(await walk(cursor => given(h.log.rooms({ actor: cy, cursor, limit: 2 })))).toEqual([])
  })

  it('[L111] a room that I left, was kicked from or that is deleted is not mine', async () => {
    const h = use()
    for (const roomId of ['stay', 'leave', 'kick', 'delete']) await h.create(ann, roomId, { members: ['bob'] })
    await done(h.run({ kind: 'member.leave', actor: bob, roomId: 'leave' }))
    await done(h.run({ kind: 'member.remove', actor: ann, roomId: 'kick', userId: 'bob' }))
    await done(h.run({ kind: 'room.delete', actor: ann, roomId: 'delete' }))
    expect((await given(h.log.rooms({ actor: bob, cursor: null, limit: 10 }))).rooms).toMatchObject([{ id: 'stay' }])
  })

  it('[L112] discovering gives the public rooms that I may join and am not in, by name', async () => {
    const h = use()
    await h.create(ann, 'b', { name: 'Bees' })
    await h.create(ann, 'a', { name: 'apples' })
    await h.create(ann, 'a2', { name: 'Apples', members: ['cy'] })
    await h.create(ann, 'mine', { name: 'Mine', members: ['bob'] })
    await h.create(ann, 'hidden', { name: 'Hidden', type: 'private' })
    await h.create(ann, 'banned', { name: 'Banned' })
    await h.run({
      kind: 'ban.put',
      actor: ann,
      roomId: 'banned',
      userId: 'bob',
      reason: null,
      until: h.platform.now + 1,
    })
    const names = async (query = '') => {
      const rooms = await walk(cursor => given(h.log.discover({ actor: bob, cursor, limit: 1, query })))
      return rooms.map(room => `${room.id} ${room.memberCount}`)
    }
    expect(await names()).toEqual(['a 1', 'a2 2', 'b 1'])
    expect(await names('PPL')).toEqual(['a 1', 'a2 2'])
    expect(await names('%')).toEqual([])
    h.platform.now += 1
    expect(await names('bann')).toEqual(['banned 1'])
    await h.run({ kind: 'room.update', actor: ann, roomId: 'b', changes: { name: 'Ants' } })
    expect(await names('ant')).toEqual(['b 1'])
  })

  it('[L113] a cursor that is none is a bad request', async () => {
    const h = use()
    await h.create(ann, 'r')
    for (const cursor of ['', 'x', 'r.1', 'r.1.', 'r.x.r', "r.1.r'", 'd.1', 'd.r', 'd.a b.YQ', 'm.1', 'r.1.r.2']) {
      await refusedWith('bad_request', h.log.rooms({ actor: ann, cursor, limit: 5 }))
      await refusedWith('bad_request', h.log.discover({ actor: ann, cursor, limit: 5, query: '' }))
    }
  })

  it('[L114] an id, or the people of a direct room, are held from the moment they are taken', async () => {
    const h = use()
    expect(await h.log.holds('d', '["ann","bob"]')).toBe(false)
    await h.create(ann, 'd', { type: 'direct', members: ['bob'] })
    expect(await h.log.holds('d', null)).toBe(true)
    expect(await h.log.holds('other', '["ann","bob"]')).toBe(true)
    expect(await h.log.holds('other', null)).toBe(false)
    await expect(h.log.check()).resolves.toBeUndefined()
  })
}
