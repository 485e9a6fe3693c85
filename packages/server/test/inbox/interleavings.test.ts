import { expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { InboxWorld } from './inbox-world.ts'

/** A log whose answers about lines are of the moment they are asked for, and come when the test lets them. */
class HeldLog {
  #held: (() => void)[] = []
  isHolding = false

  watch(log: RoomLog) {
    return {
      history: log.history.bind(log),
      inboxCursor: log.inboxCursor.bind(log),
      inboxSince: log.inboxSince.bind(log),
      roomIdsOf: log.roomIdsOf.bind(log),
      inboxOf: async (userId: string, ids: readonly string[]) => {
        const entries = await log.inboxOf(userId, ids)
        if (this.isHolding) await new Promise<void>(resolve => this.#held.push(resolve))
        return entries
      },
    }
  }

  async release(world: InboxWorld): Promise<void> {
    this.isHolding = false
    for (const resolve of this.#held.splice(0)) resolve()
    await world.platform.advance(5_000)
  }
}

async function holding(): Promise<{ world: InboxWorld; log: HeldLog }> {
  const log = new HeldLog()
  const world = new InboxWorld({ watch: real => log.watch(real) })
  await world.room('lobby', ['ann', 'bob'])
  return { world, log }
}

test('[inbox] what a person does while their line is read is told after it, to each of their sessions', async () => {
  const { world, log } = await holding()
  const [phone, desk] = [await world.begin('bob'), await world.begin('bob')]
  log.isHolding = true
  await world.send('ann', 'lobby')
  await world.do('bob', 'lobby', 'room.notifications', { muted: true })
  await log.release(world)
  for (const device of [phone, desk]) expect(device.last('lobby')).toMatchObject({ unread: 1, muted: true })
})

test('[inbox] a position that was read further while the log was asked does not go back', async () => {
  const { world, log } = await holding()
  const bob = await world.begin('bob')
  await world.send('ann', 'lobby')
  await world.platform.advance(2_000)
  await world.do('bob', 'lobby', 'room.notifications', { muted: true })
  await world.platform.advance(2_000)
  log.isHolding = true
  await world.do('bob', 'lobby', 'room.notifications', { muted: false })
  await world.do('bob', 'lobby', 'room.read', { seq: 4, readRevision: null })
  await log.release(world)
  expect(bob.last('lobby')).toMatchObject({ unread: 0, lastReadSeq: 4, muted: false })
  expect(await world.metric('inbox_reads_total{of="lines"}')).toBe(3)
})

test('[inbox] who is removed while their line is read gets nothing of it', async () => {
  const { world, log } = await holding()
  const bob = await world.begin('bob')
  log.isHolding = true
  await world.send('ann', 'lobby')
  await world.do('ann', 'lobby', 'member.remove', { userId: 'bob' })
  await log.release(world)
  expect(bob.told.map(({ frame }) => [frame.rooms, frame.gone])).toEqual([[[], ['lobby']]])
})

test('[inbox] who leaves and comes back while their line is read is in the room', async () => {
  const { world, log } = await holding()
  const bob = await world.begin('bob')
  await world.send('ann', 'lobby')
  await world.platform.advance(2_000)
  const committed = world.bus.publish.bind(world.bus)
  const late: (() => void)[] = []
  world.bus.publish = message => void late.push(() => committed(message))
  await world.do('bob', 'lobby', 'member.leave')
  log.isHolding = true
  world.bus.publish = committed
  world.inboxes.receive({ kind: 'line', roomId: 'lobby', userId: 'bob' })
  await world.platform.advance(0)
  for (const publish of late.splice(0)) publish()
  await world.do('bob', 'lobby', 'member.join')
  await log.release(world)
  expect([...bob.lines.values()]).toEqual(await world.list('bob'))
  expect(bob.lines.size).toBe(1)
})
