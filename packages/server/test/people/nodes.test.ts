import { describe, expect, test } from 'vitest'
import { LEASE_MS } from '../../src/people/person.ts'
import { STORE_CHECK_MS } from '../../src/people/presence-service.ts'
import { PresenceWorld, TestPeer } from './presence-world.ts'

const ROOM = { lobby: ['ann', 'bob'] }

describe('several nodes', () => {
  test('[presence] a session of one node is shown to readers on another, over all sessions of the person', async () => {
    const world = new PresenceWorld(ROOM)
    const far = world.node()
    const ann = world.reader('ann', 'lobby')
    const [here, there] = [world.begin('bob', 'here'), world.begin('bob', 'there', far)]
    await world.after(2_000)
    await world.set(here, { status: 'away' })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'online', device: 'there' })
    far.end(there.sessionId)
    await world.after(10_000)
    expect(ann.picture.get('bob')).toMatchObject({ status: 'away', device: 'here' })
  })

  test('[appear-offline] the truth about oneself reaches a session on another node', async () => {
    const world = new PresenceWorld(ROOM)
    const far = world.node()
    world.settle('bob', { appearOffline: true })
    const [here, there] = [world.begin('bob', 'here'), world.begin('bob', 'there', far)]
    await world.after(2_000)
    await world.set(here, { status: 'away' })
    await far.set(there, { type: 'presence.set', status: 'busy' })
    await world.after(2_000)
    expect([here.statusOf('bob'), there.statusOf('bob')]).toEqual(['busy', 'busy'])
  })

  test('[presence] sessions of a node that died end with their lease', async () => {
    const world = new PresenceWorld(ROOM)
    const ann = world.reader('ann', 'lobby')
    const dead = world.node()
    world.begin('bob', null, dead)
    await world.after(2_000)
    dead.close()
    world.service.watchStore()
    await world.after(LEASE_MS + STORE_CHECK_MS + 2_000)
    expect(ann.statusOf('bob')).toBe('offline')
  })

  test('[presence] a store that forgot everything is told again of the sessions that go on', async () => {
    let store = new PresenceWorld().store
    const world: PresenceWorld = new PresenceWorld(ROOM, {
      store: {
        change: (userId, change) => store.change(userId, change),
        read: userIds => store.read(userIds),
      },
    })
    store = world.store
    const ann = world.reader('ann', 'lobby')
    const bob = world.begin('bob')
    await world.set(bob, { status: 'busy' })
    await world.after(2_000)
    store = new PresenceWorld().store
    world.service.receive({ kind: 'presence', userId: 'bob', isPrivate: false })
    await world.after(2_000)
    expect(ann.statusOf('bob')).toBe('offline')
    await world.after(40_000)
    expect(ann.statusOf('bob')).toBe('busy')
  })
})

describe('a bus that loses, repeats and reorders', () => {
  test('[presence] what is told is what is: a hint carries nothing that could be old', async () => {
    const held: string[] = []
    const world: PresenceWorld = new PresenceWorld(ROOM, {
      publish: message => {
        if (message.kind === 'presence') held.push(message.userId)
      },
    })
    const ann = world.reader('ann', 'lobby')
    const bob = world.begin('bob')
    await world.after(2_000)
    for (const status of ['busy', 'away', 'online', 'busy'] as const) await world.set(bob, { status })
    for (const userId of [...held.reverse(), ...held]) world.bus.publish({ kind: 'presence', userId, isPrivate: false })
    await world.after(2_000)
    expect(ann.toldOf('bob').at(-1)?.status).toBe('busy')
  })

  test('[presence] what was lost is found by comparing with the store', async () => {
    const world = new PresenceWorld(ROOM, { publish: () => {} })
    world.service.watchStore()
    const ann = new TestPeer(world.platform, 'ann', 'reader', null)
    world.audience('lobby').join(ann)
    await world.after(2_000)
    world.begin('bob')
    await world.after(STORE_CHECK_MS + 1_000)
    expect(ann.statusOf('bob')).toBe('online')
  })
})
