import { expect, test } from 'vitest'
import { ASK_AGAIN_MS, ASKED_A_TURN } from '../../src/people/room-audience.ts'
import { PresenceWorld } from './presence-world.ts'

/** A public room of two, one of whom is there, and a reader of it who has not joined. */
async function read(world = new PresenceWorld({ plaza: ['ann', 'bob'] })) {
  world.open.add('plaza')
  const [ann, eve] = [world.reader('ann', 'plaza'), world.reader('eve', 'plaza')]
  const bob = world.begin('bob')
  await world.after(2_000)
  return { world, ann, bob, eve }
}

function join(world: PresenceWorld, userId: string): void {
  world.rooms.get('plaza')?.push(userId)
  const member = { userId, name: userId, role: 'member' } as const
  const event = { seq: 9, at: 0, by: userId, kind: 'member.joined', member } as const
  world.bus.publish({ kind: 'events', roomId: 'plaza', epoch: 'e', events: [event] })
}

test('[presence] who reads a public room without having joined is told of nobody in it, neither at first nor of changes', async () => {
  const { world, ann, bob, eve } = await read()
  await world.set(bob, { status: 'busy', currentRoom: 'plaza' })
  await world.after(2_000)
  expect(ann.picture.get('bob')).toMatchObject({ status: 'busy', currentRoom: 'plaza' })
  expect(eve.received).toEqual([])
})

test('[presence] who joins the room that they read is told from then on, be they among the first members or not', async () => {
  for (const isShown of [true, false]) {
    const { world, bob, eve } = await read()
    await world.set(bob, { status: 'busy' })
    join(world, 'eve')
    if (isShown) world.audience('plaza').add('eve')
    await world.after(2_000)
    expect(eve.statusOf('bob')).toBe('busy')
  }
})

test('[presence] who leaves while the log is asked and comes back as a reader only is told of nobody', async () => {
  const world = new PresenceWorld({ plaza: Array.from({ length: 201 }, (_, i) => `m${i}`) })
  world.open.add('plaza')
  world.begin('m0')
  const { promise, resolve } = Promise.withResolvers<void>()
  world.answered = promise
  const last = world.begin('m200')
  const audience = world.audience('plaza')
  audience.join(last)
  await world.now()
  world.answered = null
  world.leaveRoom('m200', 'plaza')
  audience.leave(last)
  audience.join(last)
  resolve()
  await world.after(3_000)
  expect(last.received).toEqual([])
})

test('[presence] a member whom the log could not tell of is told once it is back; who is among the first does not wait for it', async () => {
  const members = Array.from({ length: 201 }, (_, i) => `m${i}`)
  const world = new PresenceWorld({ plaza: members })
  world.begin('m1')
  await world.after(2_000)
  const [first, last] = [world.begin('m0'), world.begin('m200')]
  await world.after(0)
  world.isLogAway = true
  for (const peer of [first, last]) world.audience('plaza').join(peer)
  await world.after(2_000)
  expect([first.statusOf('m1'), last.statusOf('m1')]).toEqual(['online', 'offline'])
  world.isLogAway = false
  await world.after(ASK_AGAIN_MS + 1_000)
  expect(last.statusOf('m1')).toBe('online')
})

test('[presence] a crowd of readers beyond the first members is asked about together, and who may not read any more spoils it for nobody', async () => {
  const members = Array.from({ length: 300 }, (_, i) => `m${i}`)
  const asked: number[] = []
  const world: PresenceWorld = new PresenceWorld(
    { den: members },
    {
      log: {
        access: (...args) => world.log.access(...args),
        acquainted: (...args) => world.log.acquainted(...args),
        people: (...args) => world.log.people(...args),
        settings: (...args) => world.log.settings(...args),
        membersAmong(roomId, actor, userIds) {
          asked.push(userIds.length)
          return world.log.membersAmong(roomId, actor, userIds)
        },
      },
    },
  )
  world.begin('m1')
  const crowd = members.slice(200).map(userId => world.begin(userId))
  await world.after(2_000)
  for (const viewer of crowd) world.audience('den').join(viewer)
  await world.after(2_000)
  expect(crowd.map(viewer => viewer.statusOf('m1'))).toEqual(crowd.map(() => 'online'))
  expect(asked.length).toBe(1 + Math.ceil((crowd.length - 1) / ASKED_A_TURN))

  const [eve, last] = [world.begin('eve'), world.begin('m250')]
  for (const viewer of [eve, last]) world.audience('den').join(viewer)
  await world.after(2_000)
  expect([eve.received, last.statusOf('m1')]).toEqual([[], 'online'])
})
