import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Serve, tokenFor } from '../../../../test/support/serve.ts'
import { type Client, createClient, type RoomHandle, type RoomView } from '../../src/index.ts'
import { assertConverged } from '../../src/testing.ts'
import { until } from '../support/real.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

/** A server whose data folder can be set back to how it was. */
async function servingWithBackup() {
  const serving = await Serve.start()
  const backup = await mkdtemp(join(tmpdir(), 'holdfast-backup-'))
  cleanUps.push(
    () => rm(backup, { recursive: true, force: true }),
    () => serving.remove(),
  )
  return {
    client: (name: string): Client => {
      const client = createClient({ url: serving.url, getToken: () => tokenFor(name) })
      cleanUps.push(() => client.disconnect())
      return client
    },
    async backUp(): Promise<void> {
      await serving.killNine()
      await cp(serving.dataDir, backup, { recursive: true })
      await serving.start()
    },
    async restore(): Promise<void> {
      await serving.killNine()
      await rm(serving.dataDir, { recursive: true })
      await cp(backup, serving.dataDir, { recursive: true })
      const [code] = await once(serving.spawn({ program: ['apps/cli/src/main.ts', 'restored'] }), 'exit')
      expect(code).toBe(0)
      await serving.start()
    },
  }
}

async function openRoom(client: Client, roomId: string): Promise<RoomHandle> {
  client.connect()
  const room = client.room(roomId)
  room.open()
  await until(room, view => view.status === 'live')
  return room
}

function contents({ timeline }: RoomView): readonly string[] {
  return timeline.map(entry => (entry.kind === 'message' ? entry.message.content : `${entry.content}?`))
}

function lineOf(client: Client, roomId: string) {
  return client.rooms.getSnapshot().rooms.find(({ id }) => id === roomId)
}

/** Sends them, and waits until the server has them. */
function say(room: RoomHandle, texts: readonly string[]): Promise<unknown> {
  return Promise.all(texts.map(text => room.send(text).acknowledged))
}

test('a restored backup: clients that saw what it lacks show what all others do, send what they had not sent, and have read as far as it says', async () => {
  const { client, backUp, restore } = await servingWithBackup()
  const [ann, bob, carl] = ['ann', 'bob', 'carl'].map(client) as [Client, Client, Client]
  const { id } = await ann.rooms.create({ name: 'room', type: 'public' })
  for (const other of [bob, carl]) await other.room(id).join()
  const annsRoom = await openRoom(ann, id)
  const bobsRoom = await openRoom(bob, id)
  await say(annsRoom, ['kept'])
  const { seq } = await until(bobsRoom, view => view.timeline.length === 1).then(view => view.continuity)
  bobsRoom.markRead()
  await until(bob.rooms, () => lineOf(bob, id)?.lastReadSeq === seq)
  await until(annsRoom, view => view.reads.bob === seq)
  await backUp()

  for (const room of [annsRoom, bobsRoom]) await until(room, view => view.status === 'live')
  await say(annsRoom, ['A', 'B'])
  await until(bobsRoom, view => view.timeline.length === 3)
  bobsRoom.markRead()
  await until(annsRoom, view => (view.reads.bob ?? 0) > seq)
  await bobsRoom.markUnread(seq)
  bobsRoom.markRead(seq + 2)
  for (const each of [ann, bob]) each.disconnect()
  const unsent = annsRoom.send('unsent').acknowledged
  await restore()

  await say(await openRoom(carl, id), ['X', 'Y', 'Z'])
  for (const each of [ann, bob]) each.connect()
  await unsent
  await assertConverged([ann, bob, carl], id, { within: 20_000, fresh: () => client('bob') })
  for (const room of [annsRoom, bobsRoom]) {
    expect(contents(room.getSnapshot())).toEqual(['kept', 'X', 'Y', 'Z', 'unsent'])
  }
  await until(bob.rooms, () => lineOf(bob, id)?.unread === 4)
  expect(lineOf(bob, id)).toMatchObject({ lastReadSeq: seq })
})
