import type { DownFrame, RoomEvent, UpFrame } from '@holdfast/protocol'
import { createMemoryLog, type LogCommand } from '@holdfast/server/testing'
import { describe, expect, test } from 'vitest'
import { nothingAfterLeaving } from '../src/invariants/session-leaving.ts'
import { Ledger } from '../src/ledger.ts'
import { BEGINNING_MS } from '../src/sim-host.ts'
import { SimRandom } from '../src/sim-random.ts'
import { SimStamps } from '../src/sim-stamps.ts'

const ANN = { userId: 'ann', name: 'ann', isAdmin: false }
const BOB = { userId: 'bob', name: 'bob', isAdmin: false }
const OPEN: UpFrame = { type: 'room.open', ref: 'r1', roomId: 'r' }

/** What bob's session is told of a public room that ann has kicked him from, at seq 4. */
async function kicked() {
  const ledger = new Ledger([], () => {})
  const log = createMemoryLog({ platform: new SimStamps(new SimRandom('leaving'), 0, 1, () => BEGINNING_MS) })
  const commit = async (command: LogCommand) => ledger.take([command], await log.commit([command]))
  const fields = { name: 'R', topic: '', ephemeral: false, metadata: {}, members: ['bob'] }
  await commit({ kind: 'room.create', actor: ANN, roomId: 'r', type: 'public', ...fields })
  const broken: string[] = []
  const breach = (rule: string) => void broken.push(rule)
  const context = { userId: BOB.userId, ledger, acks: new Map(), ackedUpTo: new Map(), breach }
  const rule = nothingAfterLeaving(context)
  const live = () => ({ type: 'room.live', roomId: 'r', epoch: '', seq: ledger.room('r')?.events.length ?? 0 }) as const
  rule.up?.(OPEN)
  rule.down?.(live())
  await commit({ kind: 'member.remove', actor: ANN, roomId: 'r', userId: 'bob' })
  await commit({ kind: 'room.update', actor: ANN, roomId: 'r', changes: { topic: 'without bob' } })
  const events = ledger.room('r')?.events ?? []
  const sent = (event: RoomEvent | undefined): DownFrame => ({
    type: 'message.event',
    ...{ roomId: 'r', epoch: '', events: event === undefined ? [] : [event] },
  })
  return { rule, broken, live, leaving: sent(events.at(-2)), beyond: sent(events.at(-1)) }
}

describe('[GONE1] in a public room', () => {
  test('whoever left it is told of their leaving and of nothing behind it', async () => {
    const { rule, broken, leaving, beyond } = await kicked()
    rule.down?.(leaving)
    expect(broken).toEqual([])
    rule.down?.(beyond)
    expect(broken).toEqual(['GONE1'])
  })

  test('whoever opens it anew reads it as anybody may', async () => {
    const { rule, broken, live, leaving, beyond } = await kicked()
    rule.down?.(leaving)
    rule.down?.({ type: 'room.detached', roomId: 'r', code: 'kicked' })
    rule.up?.(OPEN)
    rule.down?.(live())
    rule.down?.(beyond)
    expect(broken).toEqual([])
  })

  test('whoever was told that it is over is told of nobody who types or reads there', async () => {
    const { rule, broken } = await kicked()
    rule.down?.({ type: 'room.detached', roomId: 'r', code: 'kicked' })
    rule.down?.({ type: 'typing', roomId: 'r', userIds: ['ann'], count: 1 })
    rule.down?.({ type: 'reads', roomId: 'r', reads: { ann: 2 } })
    expect(broken).toEqual(['GONE1', 'GONE1'])
  })
})
