import { describe, expect, test } from 'vitest'
import { INTERVAL_MS } from '../../src/people/audience.ts'
import { MAX_FRAME_BYTES, MAX_FRAMES } from '../../src/people/audience-frames.ts'
import { PresenceWorld, TestPeer } from './presence-world.ts'

/** The largest line of one person: ids, names and texts at their limits. */
const LINE_BYTES = 1_200

function people(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `person-${i}`)
}

describe('the first frame', () => {
  test('[presence] tells of everybody who is not offline, and of nobody else', async () => {
    const world = new PresenceWorld({ lobby: ['ann', 'bob', 'cy', 'dee'] })
    const cy = world.begin('cy')
    world.begin('bob')
    await world.after(2_000)
    world.end(cy)
    await world.after(10_000)
    const ann = world.reader('ann', 'lobby')
    await world.after(100)
    expect(ann.received.map(({ users }) => users.map(({ userId }) => userId))).toEqual([['ann', 'bob']])
  })

  test('[presence] does not wait for the second of those who are there already', async () => {
    const world = new PresenceWorld({ lobby: ['ann', 'bob', 'cy'] })
    const ann = world.reader('ann', 'lobby')
    await world.after(2_000)
    world.begin('bob')
    await world.after(100)
    const cy = world.reader('cy', 'lobby')
    await world.after(100)
    expect(cy.statusOf('bob')).toBe('online')
    expect(ann.statusOf('cy')).toBe('offline')
    await world.after(INTERVAL_MS)
    expect(ann.statusOf('cy')).toBe('online')
  })

  test('[presence] of a viewer that comes back tells who went offline meanwhile', async () => {
    const world = new PresenceWorld({ lobby: ['ann', 'bob', 'cy'] })
    const [ann, bob] = [world.reader('ann', 'lobby'), world.begin('bob')]
    await world.after(2_000)
    world.audience('lobby').leave(ann)
    world.end(bob)
    await world.after(10_000)
    expect(ann.statusOf('bob')).toBe('online')
    world.audience('lobby').join(ann)
    await world.after(100)
    expect(ann.statusOf('bob')).toBe('offline')
  })

  test('[presence] who is shown anew is told to everybody', async () => {
    const world = new PresenceWorld({ lobby: ['ann', 'bob'] })
    const ann = world.reader('ann', 'lobby')
    world.begin('zoe')
    await world.after(2_000)
    world.audience('lobby').show(['ann', 'zoe'])
    await world.after(2_000)
    expect(ann.statusOf('zoe')).toBe('online')
    const told = ann.received.length
    world.begin('bob')
    await world.after(2_000)
    expect(ann.received.length).toBe(told)
  })
})

describe('frames are shared', () => {
  test('[presence] 2,000 viewers who have been told as much get the very same message', async () => {
    const members = people(2_000)
    const world = new PresenceWorld({ lobby: ['ann', 'bob', ...members] })
    const audience = world.audience('lobby')
    const viewers = members.map(userId => new TestPeer(world.platform, userId, userId, null))
    for (const viewer of viewers) audience.join(viewer)
    await world.after(2_000)
    world.begin('ann')
    await world.after(2_000)
    world.begin('bob')
    await world.after(2_000)
    const messages = new Set(viewers.flatMap(({ received }) => received.map(({ message }) => message)))
    expect([messages.size, viewers.every(({ received }) => received.length === 2)]).toEqual([2, true])
  })

  test('[presence] a person in many rooms is looked up once for all of them', async () => {
    const rooms = Object.fromEntries(people(50).map(roomId => [roomId, ['ann', 'bob']]))
    const asked: string[] = []
    const world: PresenceWorld = new PresenceWorld(rooms, {
      store: {
        change: (userId, change) => world.store.change(userId, change),
        read: userIds => {
          asked.push(...userIds)
          return world.store.read(userIds)
        },
      },
    })
    const ann = world.begin('ann')
    for (const roomId of Object.keys(rooms)) world.audience(roomId).join(ann)
    await world.after(2_000)
    asked.length = 0
    world.begin('bob')
    await world.after(2_000)
    expect(asked).toEqual(['bob'])
    expect(ann.toldOf('bob').length).toBe(50)
  })
})

describe('bounds', () => {
  test('[presence] a frame has a largest size; the others come a second later, and nobody is left out', async () => {
    const members = people(200)
    const world = new PresenceWorld({ lobby: [...members, 'ann'] })
    for (const userId of members) {
      const peer = world.begin(userId, 'd'.repeat(60))
      await world.set(peer, { status: 'busy', customStatus: '€'.repeat(85) })
    }
    await world.after(2_000)
    const ann = world.reader('ann', 'lobby')
    await world.after(60_000)
    const sizes = ann.received.map(({ message }) => message.frame.length)
    expect(Math.max(...sizes)).toBeLessThan(MAX_FRAME_BYTES + LINE_BYTES)
    expect(members.filter(userId => ann.statusOf(userId) !== 'busy')).toEqual([])
    expect(ann.received.flatMap(({ users }) => users).length).toBe(200)
    const [, ...gaps] = ann.received.map(({ atMs }, i) => atMs - (ann.received[i - 1]?.atMs ?? 0))
    expect(gaps.every(gap => gap >= INTERVAL_MS)).toBe(true)
  })

  test('[presence] viewers that fell behind each in another way take turns, and all are told', async () => {
    const members = people(3 * MAX_FRAMES)
    const world = new PresenceWorld({ lobby: members })
    const viewers: TestPeer[] = []
    for (const userId of members) {
      const viewer = new TestPeer(world.platform, userId, userId, null)
      world.audience('lobby').join(viewer)
      await world.after(1_100)
      viewer.takes = () => false
      viewers.push(viewer)
      world.begin(userId)
    }
    await world.after(1_100)
    // Those that fell behind first go on taking nothing.
    const willing = viewers.slice(-MAX_FRAMES)
    for (const viewer of willing) viewer.takes = () => true
    await world.after(10_000)
    const late = willing.flatMap(viewer => members.filter(userId => viewer.statusOf(userId) !== 'online'))
    expect(late).toEqual([])
    for (const viewer of viewers) {
      viewer.takes = () => true
      viewer.received.length = 0
    }
    await world.after(10_000)
    const frames = Map.groupBy(new Set(viewers.flatMap(({ received }) => received)), ({ atMs }) => atMs)
    const made = [...frames.values()].map(received => new Set(received.map(({ message }) => message)).size)
    expect(Math.max(...made)).toBe(MAX_FRAMES)
  })

  test('[presence] a viewer that never takes a frame keeps nobody else waiting', async () => {
    const world = new PresenceWorld({ lobby: ['ann', 'bob', 'cy'] })
    const [ann, cy] = [world.reader('ann', 'lobby'), world.reader('cy', 'lobby')]
    cy.takes = () => false
    await world.after(5_000)
    world.begin('bob')
    await world.after(100)
    expect(ann.statusOf('bob')).toBe('online')
  })

  test('[presence] a closed audience tells nobody, and its people are forgotten', async () => {
    const world = new PresenceWorld({ lobby: ['ann', 'bob'] })
    const ann = world.reader('ann', 'lobby')
    await world.after(2_000)
    const audience = world.audience('lobby')
    audience.close()
    audience.add('cy')
    audience.join(ann)
    const told = ann.received.length
    world.begin('bob')
    await world.after(5_000)
    expect(ann.received.length).toBe(told)
  })
})
