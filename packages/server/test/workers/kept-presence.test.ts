import { beforeEach, describe, expect, it } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import { MemoryPresence } from '../../src/people/memory-presence.ts'
import { GRACE_MS, LEASE_MS } from '../../src/people/person.ts'
import type { PersonChange } from '../../src/people/person-change.ts'
import type { PresenceStore } from '../../src/people/presence-store.ts'
import { KeptPresence } from '../../src/workers/kept-presence.ts'
import { FakePlatform } from '../support/fake-platform.ts'

/** More than what is due together may be apart. */
const SLACK_MS = 100

describe('presence, kept for gateways:', () => {
  let platform: FakePlatform
  let store: MemoryPresence
  let told: BusMessage[]
  let kept: KeptPresence

  beforeEach(() => {
    platform = new FakePlatform()
    store = new MemoryPresence(platform.clock)
    told = []
    kept = new KeptPresence({ ...platform, store, publish: message => told.push(message) })
  })

  const put = (sessionId: string, isHidden = false): PersonChange => {
    return { kind: 'put', sessionId, status: 'online', device: null, currentRoom: null, isHidden }
  }
  const statusOf = async (userId: string, reader: PresenceStore = store) => {
    const [views] = await reader.read([userId])
    return views?.shown.status
  }

  it('whoever was connected to a gateway that is gone is offline once the grace is over, and all are told', async () => {
    const [dead, alive] = [kept.of(), kept.of()]
    await dead.change('ann', put('s1'))
    await dead.change('bob', put('s2'))
    await alive.change('bob', put('s3'))
    dead.end()
    await platform.advance(GRACE_MS / 2)
    expect(await statusOf('ann', alive)).toBe('online')
    await platform.advance(GRACE_MS / 2 + SLACK_MS)
    expect(await statusOf('ann', alive)).toBe('offline')
    expect(await statusOf('bob', alive)).toBe('online')
    expect(told).toContainEqual({ kind: 'presence', userId: 'ann', isPrivate: false })
  })

  it('whoever comes back over another gateway within the grace was never away', async () => {
    const [dead, alive] = [kept.of(), kept.of()]
    await dead.change('ann', put('s1'))
    dead.end()
    await platform.advance(GRACE_MS / 2)
    await alive.change('ann', put('s2'))
    await platform.advance(GRACE_MS * 2)
    expect(await statusOf('ann')).toBe('online')
  })

  it('a session that has ended, and one that nobody speaks for, are noticed here: a gateway is asked to look at nothing', async () => {
    const gateway = kept.of()
    for (const [userId, sessionId] of Object.entries({ ann: 's1', bob: 's2' })) {
      const { dueInMs } = await gateway.change(userId, put(sessionId))
      expect(dueInMs).toBeNull()
    }
    await gateway.change('ann', { kind: 'end', sessionId: 's1' })
    await platform.advance(GRACE_MS + SLACK_MS)
    expect(told).toEqual([{ kind: 'presence', userId: 'ann', isPrivate: false }])
    await platform.advance(LEASE_MS)
    expect(told.slice(1)).toEqual([{ kind: 'presence', userId: 'bob', isPrivate: false }])
  })

  it('what stands in for requests is of no gateway, and goes on', async () => {
    const gateway = kept.of()
    await gateway.change('ann', put('http'))
    gateway.end()
    await platform.advance(GRACE_MS + SLACK_MS)
    expect(await statusOf('ann')).toBe('online')
  })

  it('nobody else learns of the end of somebody who appears offline', async () => {
    const gateway = kept.of()
    await gateway.change('ann', put('s1', true))
    gateway.end()
    await platform.advance(GRACE_MS + SLACK_MS)
    expect(told).toEqual([{ kind: 'presence', userId: 'ann', isPrivate: true }])
  })

  it('looks at nobody any more once it is closed', async () => {
    await kept.of().change('ann', put('s1'))
    kept.close()
    await platform.advance(LEASE_MS * 2)
    expect(told).toEqual([])
    expect(platform.pending).toBe(0)
  })
})
