import { expect, it } from 'vitest'
import { seqOfMessageId } from '../../../src/log/stamper.ts'
import { ann, bob, done, type Harness, refusedWith } from '../kit.ts'

export function orderRules(use: () => Harness): void {
  it('[L1] a new room begins with room.created, then member.joined for each member, the creator first', async () => {
    const h = use()
    const { seq, events } = await h.create(ann, 'r', { members: ['bob', 'ann', 'bob'] })
    expect(seq).toBe(3)
    expect(events).toMatchObject([
      { seq: 1, kind: 'room.created', by: 'ann', room: { id: 'r', createdBy: 'ann' } },
      { seq: 2, kind: 'member.joined', by: 'ann', member: { userId: 'ann', name: 'ANN', role: 'owner' } },
      { seq: 3, kind: 'member.joined', by: 'ann', member: { userId: 'bob', role: 'member' } },
    ])
    expect(await h.events('r')).toEqual(events)
  })

  it('[L2] seqs go 1, 2, 3, … without gap; refused commands use none', async () => {
    const h = use()
    await h.create(ann, 'r')
    await h.say(ann, 'r', 'one')
    await refusedWith('forbidden', h.send(bob, 'r', 'not a member'))
    await refusedWith('not_found', h.send(ann, 'r', 'reply to nothing', { replyTo: 'nothing' }))
    await refusedWith('not_found', h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId: 'nothing' }))
    await h.say(ann, 'r', 'two')
    const events = await h.events('r')
    expect(events.map(event => event.seq)).toEqual([1, 2, 3, 4])
    expect(await h.log.head('r')).toMatchObject({ seq: 4 })
  })

  it('[L3] at never decreases and message ids sort as seqs do, whatever the clock does', async () => {
    const h = use()
    await h.create(ann, 'r')
    for (const jump of [0, 5, -60_000, 1, 0, -1, 3_600_000, -7_200_000, 2]) {
      h.platform.now += jump
      await h.say(ann, 'r', `after ${jump}`)
    }
    const events = await h.events('r')
    const stamps = events.map(event => event.at)
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b))
    const ids = events.flatMap(event => (event.kind === 'message.created' ? [event.message.id] : []))
    expect(ids).toHaveLength(9)
    expect(ids).toEqual([...ids].sort())
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(ids.map(seqOfMessageId)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it("[L4] a message's stamp, its event's stamp and its ack's stamp are one", async () => {
    const h = use()
    await h.create(ann, 'r')
    const { detail, seq } = await done(h.send(ann, 'r', 'hello', { seen: 99 }))
    const [event] = await h.events('r', seq - 1)
    if (event?.kind !== 'message.created' || detail.kind !== 'ack') throw new Error('a send creates a message')
    expect(event.at).toBe(detail.at)
    expect(event.message).toMatchObject({ id: detail.messageId, seq, createdAt: detail.at, senderName: 'ANN' })
    expect(event.message.seen, 'seen is clamped to the head').toBe(seq - 1)
  })

  it('[L5] events are given from any place, at most as many as asked for, none past the end', async () => {
    const h = use()
    await h.create(ann, 'r')
    for (let i = 0; i < 8; i++) await h.say(ann, 'r', `m${i}`)
    const seqsOf = async (after: number, limit: number) => (await h.log.events('r', after, limit)).map(e => e.seq)
    expect(await seqsOf(0, 3)).toEqual([1, 2, 3])
    expect(await seqsOf(3, 100)).toEqual([4, 5, 6, 7, 8, 9, 10])
    expect(await seqsOf(10, 100)).toEqual([])
    expect(await seqsOf(4_000, 100)).toEqual([])
    expect(await h.log.events('none', 0, 10)).toEqual([])
    expect(await h.log.head('none')).toBeNull()
  })

  it('[L6] rooms have epochs of their own', async () => {
    const h = use()
    const [a, b] = [await h.create(ann, 'a'), await h.create(ann, 'b')]
    expect(a.epoch).not.toBe(b.epoch)
    expect(await h.log.head('a')).toEqual({ epoch: a.epoch, seq: 2 })
  })
}
