import { describe, expect, test } from 'vitest'
import { GRACE_MS, LEASE_MS } from '../../src/people/person.ts'
import { actorOf, PresenceWorld } from './presence-world.ts'

const ROOM = { lobby: ['ann', 'bob', 'cy'] }

async function started(): Promise<{ world: PresenceWorld; ann: ReturnType<PresenceWorld['reader']> }> {
  const world = new PresenceWorld(ROOM)
  const ann = world.reader('ann', 'lobby')
  await world.after(2_000)
  return { world, ann }
}

describe('who is there', () => {
  test('[presence] a session makes its person online, at once for those who have been told nothing for a second', async () => {
    const { world, ann } = await started()
    world.begin('bob', 'desktop')
    await world.after(5)
    expect(ann.received.at(-1)?.users).toEqual([
      { userId: 'bob', status: 'online', lastSeen: world.platform.clock.wallMs() - 5, device: 'desktop' },
    ])
  })

  test('[presence] the last session ended means offline after the grace, last seen when it ended', async () => {
    const { world, ann } = await started()
    const bob = world.begin('bob')
    await world.after(2_000)
    const endedAt = world.platform.clock.wallMs()
    world.end(bob)
    await world.after(GRACE_MS - 100)
    expect(ann.statusOf('bob')).toBe('online')
    await world.after(200)
    expect(ann.picture.get('bob')).toEqual({ userId: 'bob', status: 'offline', lastSeen: endedAt })
  })

  test('[presence] a reload does not flicker: nobody is told anything', async () => {
    const { world, ann } = await started()
    const bob = world.begin('bob', 'desktop')
    await world.after(2_000)
    const told = ann.received.length
    world.end(bob)
    await world.after(GRACE_MS - 1)
    world.begin('bob', 'desktop')
    await world.after(60_000)
    expect(ann.received.length).toBe(told)
  })

  test('[presence] the most available session wins, and its device is told', async () => {
    const { world, ann } = await started()
    const phone = world.begin('bob', 'phone')
    await world.set(phone, { status: 'away' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'away', device: 'phone' })
    const desk = world.begin('bob', 'desk')
    await world.set(desk, { status: 'busy' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'busy', device: 'desk' })
    await world.set(phone, { status: 'online' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'online', device: 'phone' })
  })

  test('[presence] offline by choice is told at once', async () => {
    const { world, ann } = await started()
    const bob = world.begin('bob')
    await world.after(2_000)
    await world.set(bob, { status: 'offline' })
    await world.after(100)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'offline', lastSeen: world.platform.clock.wallMs() - 100 })
  })

  test('[presence] what is left out of presence.set stays, null clears it; it survives the session', async () => {
    const { world, ann } = await started()
    const bob = world.begin('bob')
    const dndUntil = world.platform.clock.wallMs() + 3_600_000
    await world.set(bob, { status: 'busy', customStatus: 'lunch', dndUntil })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'busy', customStatus: 'lunch', dndUntil })
    world.end(bob)
    await world.after(10_000)
    const again = world.begin('bob')
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'online', customStatus: 'lunch', dndUntil })
    await world.set(again, { status: 'online', customStatus: null, dndUntil: null })
    await world.after(2_000)
    expect(ann.picture.get('bob')).not.toHaveProperty('customStatus')
    expect(ann.picture.get('bob')).not.toHaveProperty('dndUntil')
  })

  test('[presence] do-not-disturb in the past is none', async () => {
    const { world, ann } = await started()
    const bob = world.begin('bob')
    await world.set(bob, { status: 'online', dndUntil: world.platform.clock.wallMs() - 1 })
    await world.after(2_000)
    expect(ann.picture.get('bob')).not.toHaveProperty('dndUntil')
  })

  test.each(['x'.repeat(257), 'é'.repeat(129), '\ud800', 'a\0b'])(
    '[presence] a custom status that is too long or cannot be kept is refused, and nothing of the wish is done',
    async customStatus => {
      const { world, ann } = await started()
      const bob = world.begin('bob')
      await world.after(2_000)
      expect(await world.set(bob, { status: 'away', customStatus })).toMatchObject({ code: 'bad_request' })
      await world.after(2_000)
      expect(ann.statusOf('bob')).toBe('online')
    },
  )
})

describe('requests and silence', () => {
  test('[presence] presence.set by a request stands for a session that lasts as long as a silent one', async () => {
    const { world, ann } = await started()
    const setAt = world.platform.clock.wallMs()
    const source = { sessionId: null, actor: actorOf('bob') }
    expect(await world.service.set(source, { type: 'presence.set', status: 'busy' })).toBe(null)
    await world.after(LEASE_MS - 1_000)
    expect(ann.statusOf('bob')).toBe('busy')
    await world.after(1_100)
    expect(ann.picture.get('bob')).toEqual({ userId: 'bob', status: 'offline', lastSeen: setAt })
  })

  test('[presence] a session that goes on is spoken for: it outlasts the lease many times', async () => {
    const { world, ann } = await started()
    world.begin('bob')
    await world.after(2_000)
    const told = ann.received.length
    await world.after(10 * LEASE_MS)
    expect(ann.received.length).toBe(told)
    expect(await world.store.read(['bob'])).toMatchObject([{ shown: { status: 'online' } }])
  })

  test('[presence] nothing is left to wait for when everybody has gone', async () => {
    const world = new PresenceWorld(ROOM)
    const [ann, bob] = [world.reader('ann', 'lobby'), world.begin('bob')]
    await world.after(5_000)
    for (const peer of [ann, bob]) world.end(peer)
    world.audience('lobby').close()
    await world.after(LEASE_MS + 10_000)
    expect(world.platform.pending).toBe(0)
  })

  test('[presence] while the log is away nobody is shown who may appear offline; once it is back they are', async () => {
    const { world, ann } = await started()
    world.isLogAway = true
    const bob = world.begin('bob')
    expect(await world.set(bob, { status: 'busy' })).toMatchObject({ code: 'unavailable' })
    await world.after(2_000)
    expect(ann.statusOf('bob')).toBe('offline')
    world.isLogAway = false
    await world.after(3_000)
    expect(ann.statusOf('bob')).toBe('busy')
  })
})

describe('the room somebody looks at', () => {
  test('[presence] is told to the readers of that room alone', async () => {
    const world = new PresenceWorld({ ...ROOM, den: ['ann', 'bob', 'eve'] })
    const [ann, eve, bob] = [world.reader('ann', 'lobby'), world.reader('eve', 'den'), world.begin('bob')]
    await world.after(2_000)
    await world.set(bob, { status: 'online', currentRoom: 'lobby' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ currentRoom: 'lobby' })
    expect(eve.toldOf('bob').some(user => user.currentRoom != null)).toBe(false)
    const told = eve.received.length
    await world.set(bob, { status: 'online', currentRoom: null })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ currentRoom: null })
    expect(eve.received.length).toBe(told)
  })

  test('[presence] one that they may not read is none, and the one before is not looked at any more', async () => {
    const world = new PresenceWorld({ ...ROOM, den: ['ann'] })
    const [ann, bob] = [world.reader('ann', 'den'), world.reader('bob', 'lobby')]
    world.audience('den').add('bob')
    await world.set(bob, { status: 'online', currentRoom: 'lobby' })
    await world.after(2_000)
    expect(bob.picture.get('bob')).toMatchObject({ currentRoom: 'lobby' })
    expect(await world.set(bob, { status: 'busy', currentRoom: 'den' })).toBe(null)
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'busy' })
    expect(ann.picture.get('bob')).not.toHaveProperty('currentRoom')
    expect(bob.picture.get('bob')).toMatchObject({ currentRoom: null })
  })

  test('[presence] by a request, too, one that they may not read is none', async () => {
    const { world, ann } = await started()
    const request = { sessionId: null, actor: actorOf('bob') }
    await world.service.set(request, { type: 'presence.set', status: 'online', currentRoom: 'lobby' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ currentRoom: 'lobby' })
    await world.service.set(request, { type: 'presence.set', status: 'online', currentRoom: 'none' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ currentRoom: null })
  })

  test('[presence] ends with their leaving it, with their ban, and with the room', async () => {
    for (const way of ['left', 'banned', 'deleted'] as const) {
      const { world, ann } = await started()
      const bob = world.begin('bob')
      await world.set(bob, { status: 'online', currentRoom: 'lobby' })
      await world.after(2_000)
      expect(ann.picture.get('bob')).toMatchObject({ currentRoom: 'lobby' })
      if (way === 'left') world.leaveRoom('bob', 'lobby')
      else if (way === 'deleted') world.bus.publish({ kind: 'deleted', roomId: 'lobby', members: ['bob'] })
      else world.bus.publish({ kind: 'access', roomId: 'lobby', userId: 'bob', code: 'banned' })
      world.audience('lobby').add('bob')
      await world.after(3_000)
      expect(ann.picture.get('bob'), way).toMatchObject({ currentRoom: null })
    }
  })

  test('[presence] who leaves while it is found out whether they may look at it does not look at it', async () => {
    const { world, ann } = await started()
    const bob = world.begin('bob')
    await world.after(2_000)
    const { promise, resolve } = Promise.withResolvers<void>()
    world.answered = promise
    const set = world.set(bob, { status: 'online', currentRoom: 'lobby' })
    await world.now()
    world.bus.publish({ kind: 'access', roomId: 'lobby', userId: 'bob', code: 'banned' })
    resolve()
    await set
    await world.after(3_000)
    expect(ann.toldOf('bob').some(user => user.currentRoom != null)).toBe(false)
  })
})
