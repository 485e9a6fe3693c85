import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { Serve, tokenFor as tokenOfProcess } from '../../../../test/support/serve.ts'
import { type Client, createClient, type RoomHandle, type RoomView } from '../../src/index.ts'
import { assertConverged } from '../../src/testing.ts'
import { cutClient, serve, tokenFor, until } from '../support/real.ts'
import { clientIds } from '../support/world.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

function track(client: Client): Client {
  cleanUps.push(() => client.disconnect())
  return client
}

function contents(view: RoomView): readonly string[] {
  return view.timeline.map(entry => (entry.kind === 'message' ? entry.message.content : `${entry.content}?`))
}

function logOf(view: RoomView) {
  const { room, members, memberCount, continuity } = view
  const messages = view.timeline.flatMap(entry => (entry.kind === 'message' ? [entry.message] : []))
  return { room, members, memberCount, messages, seq: continuity.seq, epoch: continuity.epoch }
}

async function openRoom(client: Client, roomId: string): Promise<RoomHandle> {
  client.connect()
  const room = client.room(roomId)
  room.open()
  await until(room, view => view.status === 'live')
  return room
}

describe('over real sockets', () => {
  test('a client cut off 50 times while all write equals one that never left, and equals a fresh one', async () => {
    const { url, server } = await serve()
    cleanUps.push(() => server.close())
    const never = track(createClient({ url, getToken: () => tokenFor('bob') }))
    const { id } = await never.rooms.create({ name: 'room', type: 'public' })
    const bob = await openRoom(never, id)
    const { client, cut } = cutClient(url, 'ann')
    await track(client).room(id).join()
    const ann = await openRoom(client, id)

    const sent: Promise<unknown>[] = []
    for (let round = 0; round < 50; round++) {
      sent.push(ann.send(`ann ${round}`).acknowledged)
      const { messageId } = await bob.send(`bob ${round}`).acknowledged
      cut()
      if (round % 3 === 0) await bob.edit(messageId, `bob ${round}, edited`)
      if (round % 5 === 0) await bob.react(messageId, '👍')
      if (round % 7 === 0) await bob.delete(messageId)
      if (round % 2 === 0) await until(client.connection, status => status.state === 'online')
    }
    await Promise.all(sent)
    const fresh = () => createClient({ url, getToken: () => tokenFor('ann') })
    await assertConverged([never, client], id, { within: 30_000, fresh })
    const view = ann.getSnapshot()
    expect(contents(view).filter(text => text.startsWith('ann'))).toEqual(
      Array.from({ length: 50 }, (_, round) => `ann ${round}`),
    )
    expect(new Set(clientIds(view)).size).toBe(100)
    expect(logOf(view)).toEqual(logOf(bob.getSnapshot()))
  })

  test('the server is killed and comes back, three times, while two write: all there, once, in order, on both sides', async () => {
    const serving = await Serve.start()
    cleanUps.push(() => serving.remove())
    const people = ['ann', 'bob'].map(name => ({
      name,
      client: track(createClient({ url: serving.url, getToken: () => tokenOfProcess(name) })),
    }))
    const [first] = people
    const { id } = await (first as (typeof people)[number]).client.rooms.create({ name: 'room', type: 'public' })
    const rooms = await Promise.all(
      people.map(async ({ name, client }) => {
        await client.room(id).join()
        return { name, room: await openRoom(client, id) }
      }),
    )
    const sent: Promise<unknown>[] = []
    for (let round = 0; round < 3; round++) {
      for (const { name, room } of rooms) {
        for (let i = 0; i < 30; i++) sent.push(room.send(`${name} ${round * 30 + i}`).acknowledged)
      }
      await Promise.race(sent.slice(-10))
      await serving.killNine()
      for (const { name, room } of rooms) sent.push(room.send(`${name} down ${round}`).acknowledged)
      await serving.start()
    }
    await Promise.all(sent)
    const views = await Promise.all(
      rooms.map(({ room }) => until(room, view => view.timeline.length === sent.length && view.status === 'live')),
    )
    expect(contents(views[0] as RoomView)).toEqual(contents(views[1] as RoomView))
    for (const { name } of people) {
      const own = contents(views[0] as RoomView).filter(text => text.startsWith(name))
      const expected = [0, 1, 2].flatMap(round => [
        ...Array.from({ length: 30 }, (_, i) => `${name} ${round * 30 + i}`),
        `${name} down ${round}`,
      ])
      expect(own).toEqual(expected)
    }
  })

  test('a server that drains and restarts on the same log: the session moves over, nothing is lost or repeated', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-client-'))
    const store = { kind: 'sqlite', dataDir } as const
    const first = await serve({ store, limits: { reconnectWithinMs: 50 } })
    const client = track(createClient({ url: first.url, getToken: () => tokenFor('ann') }))
    cleanUps.unshift(() => rm(dataDir, { recursive: true, force: true }))
    const { id } = await client.rooms.create({ name: 'room', type: 'public' })
    const room = await openRoom(client, id)
    await room.send('before').acknowledged
    const closing = first.server.close()
    const during = room.send('during').acknowledged
    await closing
    const second = await serve({ store }, Number(new URL(first.url).port))
    cleanUps.push(() => second.server.close())
    await during
    await room.send('after').acknowledged
    await until(room, view => view.timeline.length === 3 && view.status === 'live')
    expect(contents(room.getSnapshot())).toEqual(['before', 'during', 'after'])
  })

  test('a server that limits the rate: forty at once all arrive, in order, without anybody’s doing', async () => {
    const { url, server } = await serve({ sendRate: 5 })
    cleanUps.push(() => server.close())
    const client = track(createClient({ url, getToken: () => tokenFor('ann') }))
    const { id } = await client.rooms.create({ name: 'room', type: 'public' })
    const room = await openRoom(client, id)
    const sent = Array.from({ length: 40 }, (_, i) => room.send(`${i}`).acknowledged)
    await Promise.all(sent)
    await until(room, view => view.timeline.every(entry => entry.kind === 'message'))
    expect(contents(room.getSnapshot())).toEqual(Array.from({ length: 40 }, (_, i) => `${i}`))
  })

  test('a token of seconds: renewed in the live session, which goes on', async () => {
    const { url, server } = await serve()
    cleanUps.push(() => server.close())
    let calls = 0
    const client = track(
      createClient({
        url,
        getToken: () => {
          calls++
          return tokenFor('ann', 4 + calls)
        },
      }),
    )
    client.connect()
    const online = await until(client.connection, status => status.state === 'online')
    const { id } = await client.rooms.create({ name: 'room', type: 'public' })
    const room = await openRoom(client, id)
    const before = calls
    const deadline = Date.now() + 7_000
    while (Date.now() < deadline) {
      await room.send(`still ${Date.now()}`).acknowledged
      await new Promise(resolve => setTimeout(resolve, 500))
    }
    expect(calls).toBeGreaterThan(before)
    expect(client.connection.getSnapshot()).toEqual(online)
  })

  test('kicked out of a private room: nothing of it is kept; a removed room is not shown as one that can be read', async () => {
    const { url, server } = await serve()
    cleanUps.push(() => server.close())
    const owner = track(createClient({ url, getToken: () => tokenFor('owner') }))
    const client = track(createClient({ url, getToken: () => tokenFor('ann') }))
    const { id } = await owner.rooms.create({ name: 'private', type: 'private', members: ['ann'] })
    const theirs = await openRoom(owner, id)
    const room = await openRoom(client, id)
    await theirs.send('secret').acknowledged
    await until(room, view => view.timeline.length === 1)
    await theirs.members.remove('ann')
    const view = await until(room, now => now.status === 'detached')
    expect(view).toMatchObject({ detachCode: 'kicked', room: null, timeline: [] })
    await until(client.rooms, list => list.rooms.length === 0)
  })
})
