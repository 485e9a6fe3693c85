import { expect, test } from 'vitest'
import { ROUND_MS } from '../../src/people/presence-sessions.ts'
import { actorOf, PresenceWorld } from './presence-world.ts'

const ROOMS = { lobby: ['ann', 'bob'], den: ['ann', 'cy'], other: ['eve', 'zoe'] }

test('[watch] a session is told of those it watches, whatever rooms it has open, and of no stranger', async () => {
  const world = new PresenceWorld(ROOMS)
  const ann = world.begin('ann')
  for (const userId of ['bob', 'cy', 'eve']) world.begin(userId)
  expect(await world.service.watch(ann, ['bob', 'cy', 'eve', 'nobody'])).toBe(null)
  await world.after(2_000)
  expect([...ann.picture.keys()].sort()).toEqual(['bob', 'cy'])
})

test('[watch] those named take the place of those named before', async () => {
  const world = new PresenceWorld(ROOMS)
  const [ann, bob] = [world.begin('ann'), world.begin('bob')]
  await world.service.watch(ann, ['bob'])
  await world.after(2_000)
  await world.service.watch(ann, ['cy'])
  await world.set(bob, { status: 'busy' })
  await world.after(2_000)
  expect(ann.statusOf('bob')).toBe('online')
  world.begin('cy')
  await world.after(2_000)
  expect(ann.statusOf('cy')).toBe('online')
})

test('[watch] of several wishes that come at once the last one counts', async () => {
  const world = new PresenceWorld(ROOMS)
  const ann = world.begin('ann')
  for (const userId of ['bob', 'cy']) world.begin(userId)
  await Promise.all([['bob'], [], ['cy']].map(userIds => world.service.watch(ann, userIds)))
  await world.after(2_000)
  expect([...ann.picture.keys()]).toEqual(['cy'])
})

test('[watch] whoever watches the same people again is told again', async () => {
  const world = new PresenceWorld(ROOMS)
  const ann = world.begin('ann')
  world.begin('bob')
  await world.service.watch(ann, ['bob'])
  await world.after(2_000)
  ann.picture.clear()
  await world.service.watch(ann, ['bob'])
  await world.after(2_000)
  expect(ann.statusOf('bob')).toBe('online')
})

test('[watch] a stranger from now on is not told of any more, whichever of the two left the room', async () => {
  for (const leaver of ['ann', 'bob']) {
    const world = new PresenceWorld(ROOMS)
    const [ann, bob] = [world.begin('ann'), world.begin('bob')]
    world.begin('cy')
    await world.service.watch(ann, ['bob', 'cy'])
    await world.after(2_000)
    world.leaveRoom(leaver, 'lobby')
    await world.after(2_000)
    const told = ann.received.length
    expect(ann.picture.get('bob')).toEqual({ userId: 'bob', status: 'offline', lastSeen: null })
    await world.set(bob, { status: 'busy' })
    await world.after(2_000)
    expect(ann.received.length).toBe(told)
    expect(ann.statusOf('cy')).toBe('online')
  }
})

test('[watch] who leaves while the log is being asked is found out all the same', async () => {
  const world = new PresenceWorld(ROOMS)
  const [ann, bob] = [world.begin('ann'), world.begin('bob')]
  await world.after(2_000)
  const { promise, resolve } = Promise.withResolvers<void>()
  world.answered = promise
  const watched = world.service.watch(ann, ['bob'])
  await world.now()
  world.answered = null
  world.leaveRoom('bob', 'lobby')
  resolve()
  expect(await watched).toBe(null)
  await world.after(2_000)
  await world.set(bob, { status: 'busy' })
  await world.after(5_000)
  expect(ann.toldOf('bob').map(({ status }) => status)).not.toContain('busy')
})

test('[watch] a room that is deleted makes strangers too; while the log is away the question waits', async () => {
  const world = new PresenceWorld(ROOMS)
  const [ann, bob] = [world.begin('ann'), world.begin('bob')]
  await world.service.watch(ann, ['bob'])
  await world.after(2_000)
  world.rooms.delete('lobby')
  world.isLogAway = true
  world.bus.publish({ kind: 'deleted', roomId: 'lobby', members: ['ann', 'bob'] })
  await world.after(5_000)
  world.isLogAway = false
  await world.after(5_000)
  const told = ann.received.length
  await world.set(bob, { status: 'busy' })
  await world.after(5_000)
  expect(ann.received.length).toBe(told)
})

test('[watch] ends with the session, and one that comes after is done to nobody', async () => {
  const world = new PresenceWorld(ROOMS)
  const [ann, bob] = [world.begin('ann'), world.begin('bob')]
  await world.service.watch(ann, ['bob'])
  await world.after(2_000)
  const late = world.service.watch(ann, ['bob', 'cy'])
  world.end(ann)
  expect(await late).toBe(null)
  expect(await world.service.watch(ann, ['bob'])).toBe(null)
  const told = ann.received.length
  await world.set(bob, { status: 'busy' })
  await world.after(5_000)
  expect(ann.received.length).toBe(told)
})

test('[watch] is refused when the log is away, and where there is no session to tell', async () => {
  const world = new PresenceWorld(ROOMS)
  const ann = world.begin('ann')
  world.isLogAway = true
  expect(await world.service.watch(ann, ['bob'])).toMatchObject({ code: 'unavailable' })
  const request = { sessionId: null, actor: actorOf('ann') }
  expect(await world.service.watch(request, ['bob'])).toMatchObject({ code: 'unsupported' })
})

test('[watch] what the log could not be asked about is refused, and done within a round once it is back; the last wish counts', async () => {
  const world = new PresenceWorld({ lobby: ['ann', 'bob', 'cy'] })
  for (const userId of ['bob', 'cy']) world.begin(userId)
  const ann = world.begin('ann')
  await world.after(2_000)
  world.isLogAway = true
  expect(await world.service.watch(ann, ['bob'])).toMatchObject({ code: 'unavailable' })
  expect(await world.service.watch(ann, ['cy'])).toMatchObject({ code: 'unavailable' })
  await world.after(3 * ROUND_MS)
  world.isLogAway = false
  await world.after(2 * ROUND_MS)
  expect([...ann.picture.keys()]).toEqual(['cy'])
})
