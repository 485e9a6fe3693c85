import type { Cursor } from '@holdfast/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Opened } from '../../../src/log/room-log.ts'
import type { Visitor, Visits } from '../../../src/log/visit.ts'
import { ann, bob, cy, done, given, type Harness, person, root } from '../kit.ts'

const dan = person('dan')

/** A room with some history, that somebody is banned from and somebody has not joined. */
async function withHistory(h: Harness): Promise<Cursor> {
  await h.create(ann, 'r', { members: ['bob', 'cy'] })
  const first = await h.say(ann, 'r', 'one')
  for (let i = 0; i < 6; i++) await h.say(bob, 'r', `m${i}`)
  await h.edit(ann, 'r', first, null, 'two')
  await h.read(bob, 'r', 6)
  await h.settle(cy, { readReceipts: false })
  await done(h.run({ kind: 'ban.put', actor: ann, roomId: 'r', userId: 'dan', until: null, reason: null }))
  return (await h.log.head('r')) as Cursor
}

/** What the first visitor is given, as `open` would tell it. */
function opened({ head, shared, events, visits }: Visits, { cursor }: Visitor): Opened | string {
  const [visit] = visits
  if (visit?.kind === 'refused') return visit.refusal.code
  if (visit === undefined || head === null) return 'nothing'
  if (visit.kind === 'events') {
    const after = events.filter(event => event.seq > (cursor?.seq ?? 0))
    return { kind: 'delta', ...head, events: after, standing: visit.standing }
  }
  if (shared === null) return 'the shared part is missing'
  return { kind: 'snapshot', snapshot: { ...shared, ...visit.own } }
}

export function visitRules(use: () => Harness): void {
  it('[L86] those who come together are given what each would be given alone', async () => {
    const h = use()
    const head = await withHistory(h)
    const cursor = fc.option(
      fc.record({ epoch: fc.constantFrom(head.epoch, head.epoch, head.epoch, 'other'), seq: fc.nat(head.seq + 2) }),
    )
    const visitor = fc.record({
      actor: fc.constantFrom(ann, bob, cy, dan, root, person('eve')),
      cursor,
      isHeld: fc.constant(false),
    })
    const property = fc.asyncProperty(
      fc.array(visitor, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('r', 'none'),
      fc.integer({ min: 0, max: 9 }),
      async (visitors, roomId, delta) => {
        const window = 3
        const answer = await h.log.visit({ roomId, visitors, window, delta, known: null })
        for (const [i, each] of visitors.entries()) {
          const { actor, cursor } = each
          const alone = await h.log.open({ roomId, actor, cursor, window, delta })
          const visits = answer.visits.slice(i, i + 1)
          expect(opened({ ...answer, visits }, each)).toEqual(alone.ok ? alone.value : alone.refusal.code)
        }
        expect(answer.visits).toHaveLength(visitors.length)
      },
    )
    await fc.assert(property, { numRuns: 60 })
  })

  it('[L87] what a snapshot tells everybody is left out exactly while the known one is the present one', async () => {
    const h = use()
    const head = await withHistory(h)
    const visitors = [{ actor: ann, cursor: null, isHeld: false }]
    const visit = (known: Cursor | null) => h.log.visit({ roomId: 'r', visitors, window: 3, delta: 9, known })
    expect((await visit(null)).shared).not.toBeNull()
    expect((await visit({ ...head, epoch: 'other' })).shared).not.toBeNull()
    expect(await visit(head)).toMatchObject({ head, shared: null, visits: [{ kind: 'snapshot', own: { unread: 6 } }] })
    await h.read(bob, 'r', head.seq)
    await h.read(ann, 'r', head.seq)
    const own = { unread: 0, lastReadSeq: head.seq, reads: { ann: head.seq, bob: head.seq } }
    expect(await visit(head), 'what is read without an event is told all the same').toMatchObject({ visits: [{ own }] })
    await h.say(ann, 'r', 'more')
    expect((await visit(head)).shared).toMatchObject({ seq: head.seq + 1 })
  })

  it('[L88] events that are held are not read, and whoever has them is asked about all the same', async () => {
    const h = use()
    const { epoch, seq } = await withHistory(h)
    const at = (behind: number, actor = bob): Visitor => ({
      actor,
      cursor: { epoch, seq: seq - behind },
      isHeld: behind < 3,
    })
    const visit = (visitors: readonly Visitor[]) =>
      h.log.visit({ roomId: 'r', visitors, window: 3, delta: 9, known: null })
    expect(await visit([at(2), at(1, dan), at(0, ann)])).toMatchObject({
      events: [],
      shared: null,
      visits: [{ kind: 'events', standing: { lastReadSeq: 6 } }, { kind: 'refused' }, { kind: 'events' }],
    })
    expect((await visit([at(2), at(3), at(4, dan)])).events.map(event => event.seq)).toEqual([seq - 2, seq - 1, seq])
    const read = await given(h.log.open({ roomId: 'r', actor: bob, cursor: at(3).cursor, window: 3, delta: 9 }))
    expect((await visit([at(3)])).events).toEqual((read as { events: unknown }).events)
  })
}
