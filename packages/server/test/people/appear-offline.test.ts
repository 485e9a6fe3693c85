import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GRACE_MS } from '../../src/people/person.ts'
import { actorOf, PresenceWorld, type TestPeer } from './presence-world.ts'

const ROOM = { lobby: ['ann', 'bob', 'cy'], den: ['ann', 'bob'] }

/** What somebody does who is not to be seen. */
const hiddenAct = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), device: fc.constantFrom(null, 'phone', 'desk') }),
  fc.record({ kind: fc.constant('end' as const) }),
  fc.record({
    kind: fc.constant('set' as const),
    status: fc.constantFrom('online' as const, 'away' as const, 'busy' as const, 'offline' as const),
    customStatus: fc.constantFrom(undefined, null, 'secret'),
    currentRoom: fc.constantFrom(undefined, null, 'lobby', 'den'),
  }),
  fc.record({ kind: fc.constant('request' as const), customStatus: fc.constantFrom(undefined, 'secret') }),
  fc.record({ kind: fc.constant('settle' as const) }),
)

/** What others do meanwhile. */
const openAct = fc.oneof(
  fc.record({ kind: fc.constant('cy' as const), status: fc.constantFrom('online' as const, 'away' as const) }),
  fc.record({ kind: fc.constant('look' as const) }),
  fc.record({ kind: fc.constant('join' as const) }),
)

const script = fc.record({
  before: fc.array(fc.tuple(hiddenAct, fc.integer({ min: 0, max: 4_000 })), { maxLength: 5 }),
  after: fc.array(
    fc.tuple(
      fc.option(hiddenAct, { nil: null }),
      fc.option(openAct, { nil: null }),
      fc.integer({ min: 0, max: 2_500 }),
    ),
    { maxLength: 20 },
  ),
})

/** Runs a script; `isThere`: whether bob, once hidden, does anything at all or was truly gone at that moment. */
async function traceOf({ before, after }: ScriptOf, isThere: boolean): Promise<string[]> {
  const world = new PresenceWorld(ROOM)
  const trace: string[] = []
  const [ann, cy] = [world.reader('ann', 'lobby'), world.reader('cy', 'lobby')]
  await world.service.watch(ann, ['bob'])
  // One that is over its budget half of the time, and is tried again.
  let tries = 0
  cy.takes = () => tries++ % 2 === 0
  const mine: TestPeer[] = []
  const readers = [ann, cy]
  for (const [act, ms] of before) {
    // A request stands for a session that nobody could end.
    await bobDoes(world, mine, act.kind === 'request' ? null : act)
    await world.after(ms)
  }
  if (isThere) world.settle('bob', { appearOffline: true })
  else for (const peer of mine.splice(0)) world.end(peer)
  for (const [act, open, ms] of after) {
    if (isThere) await bobDoes(world, mine, act)
    else await world.now()
    if (open !== null) await othersDo(world, readers, trace, open)
    await world.after(ms)
  }
  await world.after(10_000)
  for (const reader of readers) {
    for (const { atMs, message } of reader.received) trace.push(`${atMs} ${message.text}`)
  }
  return trace
}

type HiddenAct = typeof hiddenAct extends fc.Arbitrary<infer T> ? T : never
type OpenAct = typeof openAct extends fc.Arbitrary<infer T> ? T : never
type ScriptOf = typeof script extends fc.Arbitrary<infer T> ? T : never

async function bobDoes(world: PresenceWorld, mine: TestPeer[], act: HiddenAct | null): Promise<void> {
  if (act === null) return
  switch (act.kind) {
    case 'begin':
      mine.push(world.begin('bob', act.device))
      break
    case 'end': {
      const peer = mine.shift()
      if (peer !== undefined) world.end(peer)
      break
    }
    case 'set': {
      const { status, customStatus, currentRoom } = act
      const peer = mine[0]
      const wish = {
        status,
        ...(customStatus !== undefined && { customStatus }),
        ...(currentRoom !== undefined && { currentRoom }),
      }
      if (peer !== undefined) await world.set(peer, wish)
      break
    }
    case 'request': {
      const { customStatus } = act
      const wish = {
        type: 'presence.set',
        status: 'online',
        ...(customStatus !== undefined && { customStatus }),
      } as const
      if (mine.length > 0) await world.service.set({ sessionId: null, actor: actorOf('bob') }, wish)
      break
    }
    case 'settle':
      world.settle('bob', { readReceipts: world.settings.get('bob')?.readReceipts !== true })
  }
  await world.now()
}

async function othersDo(world: PresenceWorld, readers: TestPeer[], trace: string[], act: OpenAct): Promise<void> {
  switch (act.kind) {
    case 'cy': {
      const cy = readers[1]
      if (cy !== undefined) await world.set(cy, { status: act.status })
      return
    }
    case 'look':
      trace.push(JSON.stringify(await world.service.of(actorOf('ann'), ['bob', 'cy'])))
      trace.push(JSON.stringify(await world.service.onlineSince(actorOf('ann'), 'lobby', 0)))
      return
    case 'join':
      readers.push(world.reader('ann', 'lobby'))
  }
}

describe('appearing offline', () => {
  test('[appear-offline] nobody can tell it from the end of the last session: same frames, same moments, same answers', async () => {
    await fc.assert(
      fc.asyncProperty(script, async given => {
        expect(await traceOf(given, true)).toEqual(await traceOf(given, false))
      }),
      { numRuns: 300 },
    )
  })

  test('[appear-offline] oneself is told how it is, on each device, whatever rooms are open', async () => {
    const world = new PresenceWorld(ROOM)
    const [phone, desk] = [world.begin('bob', 'phone'), world.reader('bob', 'lobby', 'desk')]
    await world.after(2_000)
    world.settle('bob', { appearOffline: true })
    await world.after(10_000)
    await world.set(phone, { status: 'busy', customStatus: 'writing' })
    await world.set(desk, { status: 'away' })
    await world.after(2_000)
    for (const mine of [phone, desk]) {
      expect(mine.picture.get('bob')).toMatchObject({ status: 'busy', customStatus: 'writing', device: 'phone' })
      expect(mine.toldOf('bob').map(({ status }) => status)).not.toContain('offline')
    }
    expect(await world.service.of(actorOf('bob'), ['bob'])).toMatchObject([{ status: 'busy' }])
    expect(await world.service.of(actorOf('ann'), ['bob'])).toMatchObject([{ status: 'offline' }])
  })

  test('[appear-offline] what is private is asked about for oneself alone', async () => {
    const asked: string[] = []
    const world: PresenceWorld = new PresenceWorld(ROOM, {
      store: {
        change: (userId, change) => world.store.change(userId, change),
        read: userIds => {
          asked.push(...userIds)
          return world.store.read(userIds)
        },
      },
    })
    world.settings.set('bob', { readReceipts: true, appearOffline: true })
    world.reader('ann', 'lobby')
    const bob = world.begin('bob')
    await world.after(2_000)
    asked.length = 0
    await world.set(bob, { status: 'busy' })
    await world.after(5_000)
    expect(asked).toEqual(['bob'])
    expect(bob.statusOf('bob')).toBe('busy')
  })

  test('[appear-offline] coming out shows what is; what happened while hidden stays untold', async () => {
    const world = new PresenceWorld(ROOM)
    const [ann, bob] = [world.reader('ann', 'lobby'), world.begin('bob')]
    await world.after(2_000)
    const hiddenAt = world.platform.clock.wallMs()
    world.settle('bob', { appearOffline: true })
    await world.after(GRACE_MS + 1_000)
    expect(ann.picture.get('bob')).toEqual({ userId: 'bob', status: 'offline', lastSeen: hiddenAt })
    await world.after(60_000)
    world.settle('bob', { appearOffline: false })
    await world.after(2_000)
    expect(ann.statusOf('bob')).toBe('online')
    world.settle('bob', { appearOffline: true })
    const again = world.platform.clock.wallMs()
    await world.after(60_000)
    world.end(bob)
    await world.after(60_000)
    // Nobody is there any more: being seen again tells nothing of the minute in between.
    world.settle('bob', { appearOffline: false })
    await world.after(2_000)
    expect(ann.picture.get('bob')).toEqual({ userId: 'bob', status: 'offline', lastSeen: again })
  })

  test('[appear-offline] who begins hidden is seen by nobody, not for a moment', async () => {
    const world = new PresenceWorld(ROOM)
    world.settings.set('bob', { readReceipts: true, appearOffline: true })
    const ann = world.reader('ann', 'lobby')
    await world.after(2_000)
    const told = ann.received.length
    const bob = world.reader('bob', 'lobby')
    await world.after(30_000)
    world.end(bob)
    await world.after(30_000)
    expect(ann.received.length).toBe(told)
    expect(bob.statusOf('bob')).toBe('online')
  })

  test('[appear-offline] custom status, device and room of who is offline are told to nobody', async () => {
    const world = new PresenceWorld(ROOM)
    const [ann, bob] = [world.reader('ann', 'lobby'), world.begin('bob', 'phone')]
    await world.set(bob, { status: 'online', customStatus: 'here', currentRoom: 'lobby' })
    await world.after(2_000)
    world.end(bob)
    await world.after(10_000)
    expect(Object.keys(ann.picture.get('bob') ?? {}).filter(key => key !== 'currentRoom')).toEqual([
      'userId',
      'status',
      'lastSeen',
    ])
    expect(ann.picture.get('bob')?.currentRoom).toBe(null)
  })
})
