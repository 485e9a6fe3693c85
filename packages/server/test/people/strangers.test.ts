import { expect, test } from 'vitest'
import { actorOf, PresenceWorld } from './presence-world.ts'

const GONE = { userId: 'bob', status: 'offline', lastSeen: null }

/** Two rooms, in which ann watches bob and cy. */
async function watching() {
  const asked: string[][] = []
  const rooms = { lobby: ['ann', 'bob'], den: ['ann', 'bob', 'cy'], far: ['dee', 'eve'] }
  const world: PresenceWorld = new PresenceWorld(rooms, {
    log: {
      access: (...args) => world.log.access(...args),
      membersAmong: (...args) => world.log.membersAmong(...args),
      people: (...args) => world.log.people(...args),
      settings: (...args) => world.log.settings(...args),
      acquainted(userId, userIds) {
        asked.push([userId, ...userIds])
        return world.log.acquainted(userId, userIds)
      },
    },
  })
  const { service } = world
  const peers = Object.fromEntries(['ann', 'bob', 'cy', 'dee', 'eve'].map(id => [id, world.begin(id)]))
  const { ann, bob, dee } = peers
  if (ann === undefined || bob === undefined || dee === undefined) throw new Error()
  await service.watch(ann, ['ann', 'bob', 'cy'])
  await service.watch(dee, ['dee', 'eve'])
  await world.after(2_000)
  asked.length = 0
  return { world, service, ann, bob, asked }
}

test('[watch] somebody who is offline is told with when they were last there; of whom nothing is known nothing is told', async () => {
  const world = new PresenceWorld({ lobby: ['ann', 'bob', 'cy'] })
  const bob = world.begin('bob')
  await world.after(2_000)
  const lastSeen = world.platform.clock.wallMs()
  world.end(bob)
  await world.after(5_000)
  const ann = world.begin('ann')
  await world.service.watch(ann, ['bob', 'cy'])
  await world.after(2_000)
  expect([...ann.picture.values()]).toEqual([{ userId: 'bob', status: 'offline', lastSeen }])
})

test('[watch] while it is not known whether somebody is a stranger nothing is told of them; then they are offline, once', async () => {
  const { world, ann, bob } = await watching()
  const told = ann.toldOf('bob').length
  world.isLogAway = true
  for (const roomId of ['lobby', 'den']) world.leaveRoom('bob', roomId)
  await world.set(bob, { status: 'busy', customStatus: 'secret' })
  await world.after(5_000)
  expect(ann.toldOf('bob').length).toBe(told)
  world.isLogAway = false
  await world.after(5_000)
  world.end(bob)
  await world.after(9_000)
  expect(ann.toldOf('bob').slice(told)).toEqual([GONE])
})

test('[watch] who turns out to be no stranger is told of as they are now, and not at all when nothing has changed', async () => {
  const { world, ann, bob } = await watching()
  const told = ann.toldOf('bob').length
  world.leaveRoom('bob', 'lobby')
  await world.after(5_000)
  expect(ann.toldOf('bob').length).toBe(told)
  world.isLogAway = true
  world.bus.publish({ kind: 'deleted', roomId: 'lobby', members: ['ann', 'bob'] })
  await world.set(bob, { status: 'busy' })
  await world.after(3_000)
  expect(ann.statusOf('bob')).toBe('online')
  world.isLogAway = false
  await world.after(3_000)
  expect(ann.statusOf('bob')).toBe('busy')
})

test('[watch] a stranger named again is told to be offline, and one who shares a room again is told as they are', async () => {
  const { world, service, ann } = await watching()
  world.isLogAway = true
  for (const roomId of ['lobby', 'den']) world.leaveRoom('bob', roomId)
  await world.after(2_000)
  world.isLogAway = false
  await service.watch(ann, ['bob', 'cy'])
  await world.after(2_000)
  expect(ann.picture.get('bob')).toEqual(GONE)
  world.rooms.get('lobby')?.push('bob')
  await service.watch(ann, ['bob', 'cy'])
  await world.after(2_000)
  expect(ann.statusOf('bob')).toBe('online')
})

test('[watch] when a room is deleted the log is asked about those alone who were in it and watch each other', async () => {
  const { world, asked } = await watching()
  world.bus.publish({ kind: 'deleted', roomId: 'x', members: ['ann', 'bob', 'zoe'] })
  world.bus.publish({ kind: 'deleted', roomId: 'y', members: ['ann', 'dee', 'zoe'] })
  await world.after(2_000)
  expect(asked).toEqual([['ann', 'bob']])
  world.bus.publish({ kind: 'deleted', roomId: 'z', members: null })
  await world.after(2_000)
  expect(asked.slice(1)).toEqual([
    ['ann', 'bob', 'cy'],
    ['dee', 'eve'],
  ])
})

test('[watch] many in doubt are asked about with turns for others between', async () => {
  let turns = 0
  const members = Array.from({ length: 100 }, (_, i) => `m${i}`)
  const world: PresenceWorld = new PresenceWorld(
    { lobby: members },
    {
      scheduler: {
        after: (ms, task) => world.platform.scheduler.after(ms, task),
        soon(task) {
          turns += 1
          world.platform.scheduler.soon(task)
        },
      },
    },
  )
  const { service } = world
  for (let i = 0; i < 100; i += 1) {
    const peer = world.begin(`m${i}`)
    await service.watch(peer, [`m${(i + 1) % 100}`])
  }
  await world.after(2_000)
  turns = 0
  world.bus.publish({ kind: 'deleted', roomId: 'x', members: null })
  for (let i = 0; i < 100; i += 1) await world.after(1)
  expect(turns).toBeGreaterThanOrEqual(10)
  expect(await service.of(actorOf('m0'), ['m1'])).toMatchObject([{ status: 'online' }])
})
