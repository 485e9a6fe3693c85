import { describe, expect, test } from 'vitest'
import { ROOM, World } from '../support/world.ts'

describe('settings', () => {
  test('are read when online, and again with each session', async () => {
    const world = new World()
    const { client } = world.client('ann')
    expect(client.settings.getSnapshot()).toEqual({ settings: null, error: null })
    client.connect()
    await world.time.advance(0)
    const before = client.settings.getSnapshot()
    expect(before).toEqual({ settings: { readReceipts: true, appearOffline: false }, error: null })
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(client.settings.getSnapshot()).toBe(before)
    world.server.settings.set('ann', { readReceipts: true, appearOffline: true })
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(client.settings.getSnapshot().settings).toMatchObject({ appearOffline: true })
  })

  test('are read again when somebody comes back, at most once a minute: another device may have changed them', async () => {
    const world = new World()
    const { client, platform } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const look = async () => {
      platform.network.tell('hidden')
      platform.network.tell('visible')
      await world.time.advance(0)
      return client.settings.getSnapshot().settings?.appearOffline
    }
    world.server.settings.set('ann', { readReceipts: true, appearOffline: true })
    await world.time.advance(59_999)
    expect(await look()).toBe(false)
    await world.time.advance(1)
    expect(await look()).toBe(true)
    world.server.settings.set('ann', { readReceipts: true, appearOffline: false })
    expect(await look()).toBe(true)
    await world.time.advance(60_000)
    expect(await look()).toBe(false)
  })

  test('that cannot be read say why', async () => {
    const world = new World()
    world.server.behaviour = {
      http: ({ path }) =>
        path === '/api/me' ? Response.json({ code: 'unavailable', detail: 'unable to read' }, { status: 503 }) : null,
    }
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    expect(client.settings.getSnapshot()).toEqual({
      settings: null,
      error: { code: 'unavailable', message: 'unable to read' },
    })
  })

  test('a change is shown at once, and taken back when it is refused', async () => {
    const world = new World()
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const changed = client.settings.update({ appearOffline: true })
    expect(client.settings.getSnapshot().settings).toEqual({ readReceipts: true, appearOffline: true })
    await changed
    world.server.behaviour = {
      http: ({ method }) =>
        method === 'PATCH' ? Response.json({ code: 'unavailable', detail: 'unable to' }, { status: 503 }) : null,
    }
    const refused = client.settings.update({ readReceipts: false })
    expect(client.settings.getSnapshot().settings).toMatchObject({ readReceipts: false })
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' })
    expect(client.settings.getSnapshot()).toEqual({
      settings: { readReceipts: true, appearOffline: true },
      error: null,
    })
  })

  test('of several changes the last one asked for is the last one done', async () => {
    const world = new World()
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const shown: (boolean | undefined)[] = []
    client.settings.subscribe(() => shown.push(client.settings.getSnapshot().settings?.appearOffline))
    await Promise.all([true, false, true].map(appearOffline => client.settings.update({ appearOffline })))
    expect(shown).toEqual([true, false, true])
    expect(world.server.settings.get('ann')).toMatchObject({ appearOffline: true })
  })

  test('a change waits for the one before it, and is not made once its person has gone', async () => {
    const world = new World()
    const { client, platform } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const { fetch } = platform
    const held = Promise.withResolvers<void>()
    Object.assign(platform, { fetch: (...call: Parameters<typeof fetch>) => held.promise.then(() => fetch(...call)) })
    const changes = [client.settings.update({ appearOffline: true }), client.settings.update({ readReceipts: false })]
    const ends = Promise.allSettled(changes)
    await world.time.advance(0)
    await client.logout()
    held.resolve()
    expect((await ends).map(end => end.status === 'rejected' && end.reason.code)).toEqual(['closed', 'closed'])
    expect(world.server.calls.filter(call => call.startsWith('PATCH'))).toHaveLength(1)
  })

  test('who does not show how far they read is shown nobody else’s, at once', async () => {
    const world = new World()
    const { client, room } = await world.join('ann')
    await room.send('mine').acknowledged
    await world.time.advance(0)
    world.server.last.say({ type: 'reads', roomId: ROOM, reads: { bob: 4 } })
    const shown = () => {
      const { reads, timeline } = room.getSnapshot()
      return [reads, timeline.map(entry => entry.kind === 'message' && entry.seen)]
    }
    expect(shown()).toEqual([{ bob: 4 }, [true]])
    const changed = client.settings.update({ readReceipts: false })
    expect(shown()).toEqual([{}, [false]])
    await changed
    await client.settings.update({ readReceipts: true })
    expect(shown()).toEqual([{ bob: 4 }, [true]])
  })

  test('of the person who has gone are not shown to the next', async () => {
    const world = new World()
    world.server.settings.set('ann', { readReceipts: false, appearOffline: true })
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    await client.logout()
    expect(client.settings.getSnapshot()).toEqual({ settings: null, error: null })
  })
})
