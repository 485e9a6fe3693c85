import type { DownFrame, PresenceStatus } from '@holdfast/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { type Client, type ClientOptions, createClient, type RoomHandle } from '../../src/index.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import { cutClient, serve, tokenFor, until } from '../support/real.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

async function server(): Promise<string> {
  const serving = await serve()
  cleanUps.push(() => serving.server.close())
  return serving.url
}

/** A client of `userId`, connecting. */
function device(url: string, userId: string, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({ url, getToken: () => tokenFor(userId), ...options })
  cleanUps.push(() => client.disconnect())
  client.connect()
  return client
}

async function live(client: Client, roomId: string): Promise<RoomHandle> {
  const room = client.room(roomId)
  room.open()
  await until(room, view => view.status === 'live')
  return room
}

/** A private room of ann and bob, who is its owner. */
async function roomOf(bob: Client): Promise<string> {
  return (await bob.rooms.create({ name: 'room', type: 'private', members: ['ann'] })).id
}

/** How `of` has been seen by `client` from now on. */
function seenAs(client: Client, of: string): (PresenceStatus | undefined)[] {
  const seen: (PresenceStatus | undefined)[] = []
  const look = () => {
    const { status } = client.presence.getSnapshot().people.get(of) ?? {}
    if (seen.at(-1) !== status) seen.push(status)
  }
  client.presence.subscribe(look)
  look()
  return seen
}

describe('signals over real sockets', () => {
  test('two type: each sees the other and nobody themselves; sending ends it at once', async () => {
    const url = await server()
    const bob = device(url, 'bob')
    const id = await roomOf(bob)
    const [ofBob, ofAnn] = await Promise.all([live(bob, id), live(device(url, 'ann'), id)])
    ofAnn.typing()
    ofBob.typing()
    await until(ofBob, view => view.typing.userIds.includes('ann'))
    await until(ofAnn, view => view.typing.userIds.includes('bob'))
    expect([ofBob.getSnapshot().typing, ofAnn.getSnapshot().typing]).toEqual([
      { userIds: ['ann'], count: 1 },
      { userIds: ['bob'], count: 1 },
    ])
    await ofAnn.send('said').acknowledged
    await until(ofBob, view => view.timeline.length === 1)
    expect(ofBob.getSnapshot().typing.count).toBe(0)
    ofBob.stopTyping()
    await until(ofAnn, view => view.typing.count === 0)
  })

  test('who is cut off while typing has stopped typing', async () => {
    const url = await server()
    const bob = device(url, 'bob')
    const id = await roomOf(bob)
    const { client, cut } = cutClient(url, 'ann')
    cleanUps.push(() => client.disconnect())
    client.connect()
    const [ofBob, ofAnn] = await Promise.all([live(bob, id), live(client, id)])
    ofAnn.typing()
    await until(ofBob, view => view.typing.count === 1)
    cut()
    await until(ofBob, view => view.typing.count === 0)
  })

  test('presence is over all sessions of a person, and a reload does not flicker', async () => {
    const url = await server()
    const bob = device(url, 'bob')
    const id = await roomOf(bob)
    await live(bob, id)
    const [phone, laptop] = [device(url, 'ann'), device(url, 'ann')]
    await until(bob.presence, ({ people }) => people.get('ann')?.status === 'online')
    const seen = seenAs(bob, 'ann')
    phone.presence.setStatus('busy')
    laptop.presence.setStatus('away')
    await until(bob.presence, ({ people }) => people.get('ann')?.status === 'busy')
    phone.disconnect()
    await until(bob.presence, ({ people }) => people.get('ann')?.status === 'away')
    laptop.disconnect()
    const again = device(url, 'ann')
    await until(bob.presence, ({ people }) => people.get('ann')?.status === 'online')
    expect(seen).not.toContain('offline')
    again.presence.setCustomStatus('lunch')
    await until(bob.presence, ({ people }) => people.get('ann')?.customStatus === 'lunch')
    again.disconnect()
    await until(bob.presence, ({ people }) => people.get('ann')?.status === 'offline')
    const online = await bob.presence.onlineSince(id, 0)
    expect(online.map(({ userId }) => userId).toSorted()).toEqual(['ann', 'bob'])
  })

  test('the custom status is the person’s: set on one device it shows on the other', async () => {
    const url = await server()
    const [phone, laptop] = [device(url, 'ann'), device(url, 'ann')]
    await until(laptop.connection, ({ state }) => state === 'online')
    phone.presence.setCustomStatus('lunch')
    await until(laptop.presence, ({ mine }) => mine.customStatus === 'lunch')
    laptop.presence.setCustomStatus(null)
    await until(phone.presence, ({ mine }) => mine.customStatus === null)
  })

  test('read on one device it is read on the other; marked unread on one it is unread on the other', async () => {
    const url = await server()
    const bob = device(url, 'bob')
    const id = await roomOf(bob)
    const [phone, laptop] = [device(url, 'ann'), device(url, 'ann')]
    const [onPhone, onLaptop] = await Promise.all([live(phone, id), live(laptop, id)])
    const ofBob = await live(bob, id)
    const { seq } = await ofBob.send('one').acknowledged
    await ofBob.send('two').acknowledged
    await until(phone.rooms, list => list.unreadRooms === 1 && list.rooms[0]?.unread === 2)
    await until(onLaptop, view => view.unread === 2)
    onLaptop.markRead()
    await until(onPhone, view => view.unread === 0)
    await until(phone.rooms, list => list.unreadRooms === 0)
    await until(ofBob, view => view.timeline.every(row => row.kind === 'message' && row.seen))
    expect(await ofBob.seenBy(messageIdOf(ofBob))).toEqual({ count: 1, userIds: ['ann'] })

    await onPhone.markUnread(seq)
    await until(onLaptop, view => view.unread === 2 && view.isMarkedUnread)
    await until(laptop.rooms, list => list.rooms[0]?.unread === 2)
    onLaptop.markRead()
    expect(onLaptop.getSnapshot().unread).toBe(2)
    expect(ofBob.getSnapshot().timeline.every(row => row.kind === 'message' && row.seen)).toBe(true)

    const elsewhere = await live(device(url, 'ann'), id)
    expect(elsewhere.getSnapshot()).toMatchObject({ unread: 2, isMarkedUnread: false })
    elsewhere.markRead()
    await until(onPhone, view => view.unread === 0 && !view.isMarkedUnread)
    await until(onLaptop, view => view.unread === 0 && !view.isMarkedUnread)
  })

  test('rooms that are not open keep their lines, mute included; after a reconnect only what has changed is told', async () => {
    const url = await server()
    const bob = device(url, 'bob')
    const ids = [await roomOf(bob), await roomOf(bob), await roomOf(bob)] as const
    const frames: DownFrame[] = []
    const sockets = new Set<() => void>()
    const ann = device(url, 'ann', {
      platform: {
        ...systemPlatform,
        random: { ...systemPlatform.random, fraction: () => 0 },
        openSocket(address, protocols, handlers) {
          const socket = systemPlatform.openSocket(address, protocols, {
            ...handlers,
            onMessage: text => {
              frames.push(...[JSON.parse(text)].flat())
              handlers.onMessage(text)
            },
          })
          sockets.add(() => handlers.onClose(1006, ''))
          return socket
        },
      },
    })
    await until(ann.rooms, list => list.rooms.length === 3)
    await bob.room(ids[1]).send('two').acknowledged
    await until(ann.rooms, list => list.rooms[0]?.id === ids[1] && list.rooms[0].unread === 1)
    await ann.room(ids[1]).setMuted(true)
    await until(ann.rooms, list => list.unreadRooms === 0)

    frames.length = 0
    for (const cut of [...sockets]) cut()
    await bob.room(ids[2]).send('three').acknowledged
    await until(ann.rooms, list => list.rooms[0]?.id === ids[2])
    const told = frames.flatMap(frame => (frame.type === 'inbox' ? frame.rooms.map(({ roomId }) => roomId) : []))
    expect(told).not.toContain(ids[0])
    const before = ann.rooms.getSnapshot().rooms
    await ann.rooms.refresh()
    expect(ann.rooms.getSnapshot().rooms).toBe(before)
    const later = await roomOf(bob)
    await until(ann.rooms, list => list.rooms.some(({ id }) => id === later))
    await bob.room(later).members.remove('ann')
    await until(ann.rooms, list => !list.rooms.some(({ id }) => id === later))
  })

  test('who does not show how far they read is shown nobody else’s; settings are on all devices', async () => {
    const url = await server()
    const bob = device(url, 'bob')
    const id = await roomOf(bob)
    const ann = device(url, 'ann')
    const [ofBob, ofAnn] = await Promise.all([live(bob, id), live(ann, id)])
    await ann.settings.update({ readReceipts: false })
    await ofBob.send('one').acknowledged
    await until(ofAnn, view => view.unread === 1)
    ofAnn.markRead()
    await ofAnn.send('two').acknowledged
    await until(ofBob, view => view.timeline.length === 2)
    ofBob.markRead()
    const elsewhere = device(url, 'ann')
    await until(elsewhere.settings, ({ settings }) => settings?.readReceipts === false)
    const onElsewhere = await live(elsewhere, id)
    expect(await until(onElsewhere, view => view.unread === 0)).toMatchObject({ reads: {} })
    expect(ofBob.getSnapshot().timeline.map(row => row.kind === 'message' && row.seen)).toEqual([false, false])
    await expect(ofAnn.seenBy(messageIdOf(ofAnn))).rejects.toMatchObject({ code: 'forbidden' })
  })
})

/** The id of the newest message shown. */
function messageIdOf(room: RoomHandle): string {
  const row = room.getSnapshot().timeline.at(-1)
  return row?.kind === 'message' ? row.message.id : ''
}
