import { describe, expect, test } from 'vitest'
import type { RoomView } from '../../src/index.ts'
import { ROOM, World } from '../support/world.ts'

function seen(view: RoomView): readonly boolean[] {
  return view.timeline.map(row => row.kind === 'message' && row.seen)
}

/** Bob mentions ann, or others. */
function mention(world: World, clientId: string, mentions: readonly string[]): string {
  const { event, result } = world.server.room(ROOM).send('bob', { clientId, content: 'hey', mentions })
  if (event !== null) world.server.publish(ROOM, event)
  return result.messageId
}

describe('seen', () => {
  test('my messages are, as far as somebody else has read; nobody else’s are; rows change only when it does', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    await room.send('one').acknowledged
    await world.time.advance(0)
    world.server.say(ROOM, 'bob', 'two')
    await room.send('three').acknowledged
    await world.time.advance(0)
    const before = room.getSnapshot().timeline
    const say = (reads: Record<string, number>) => world.server.last.say({ type: 'reads', roomId: ROOM, reads })
    say({ ann: 6 })
    expect(seen(room.getSnapshot())).toEqual([false, false, false])
    say({ bob: 5 })
    const after = room.getSnapshot().timeline
    expect(seen(room.getSnapshot())).toEqual([true, false, false])
    expect([after[0] === before[0], after[1] === before[1], after[2] === before[2]]).toEqual([false, true, true])
    say({ bob: 6 })
    expect(seen(room.getSnapshot())).toEqual([true, false, true])
    say({ bob: 6, eve: 2 })
    expect(room.getSnapshot().timeline).toBe(room.getSnapshot().timeline)
  })
})

describe('mentions', () => {
  test('are those of the unread messages that mention me: edits, deletions and reading change them', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const mentions = () => room.getSnapshot().mentions
    const [first, second] = [mention(world, 'a', ['ann']), mention(world, 'b', ['eve'])]
    mention(world, 'c', ['ann', 'eve'])
    expect(mentions()).toBe(2)
    const log = world.server.room(ROOM)
    const edit = { kind: 'message.edited', by: 'bob', messageId: second, content: 'hey', editedAt: 1 } as const
    world.server.publish(ROOM, log.append({ ...edit, mentions: ['ann'] }))
    expect(mentions()).toBe(3)
    world.server.publish(ROOM, log.append({ kind: 'message.deleted', by: 'bob', messageId: first, deletedAt: 1 }))
    expect(mentions()).toBe(2)
    room.markRead(5)
    expect(mentions()).toBe(1)
    room.markRead()
    expect([mentions(), room.getSnapshot().unread]).toEqual([0, 0])
  })

  test('older than what is held are known from the list, and counted once when they are loaded', async () => {
    const world = new World({ inbox: 'held' })
    mention(world, 'a', ['ann'])
    for (let i = 0; i < 60; i++) world.server.say(ROOM, 'bob', `${i}`)
    const { client, room } = await world.join('ann')
    await world.time.advance(0)
    await client.rooms.refresh()
    expect(room.getSnapshot()).toMatchObject({ unread: 61, mentions: 1 })
    await room.loadOlder()
    expect(room.getSnapshot()).toMatchObject({ unread: 61, mentions: 1 })
    room.markRead(4)
    expect(room.getSnapshot()).toMatchObject({ unread: 60, mentions: 0 })
  })

  test('older than what is held stay in the list when the room is opened, and until they are read', async () => {
    const world = new World({ inbox: 'held' })
    mention(world, 'a', ['ann'])
    for (let i = 0; i < 60; i++) world.server.say(ROOM, 'bob', `${i}`)
    const { client, room } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const listed = () => client.rooms.getSnapshot().mentions
    expect(listed()).toBe(1)
    room.open()
    await world.time.advance(0)
    world.server.say(ROOM, 'bob', 'more')
    expect(listed()).toBe(1)
    room.markRead()
    expect(listed()).toBe(0)
  })

  test('an edit says whom the message mentions from now on, or nothing of it', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const { messageId } = await room.send('hi').acknowledged
    await Promise.all([room.edit(messageId, 'hi bob', { mentions: ['bob'] }), room.edit(messageId, 'hi again')])
    const edits = world.server.last.received.filter(frame => frame.type === 'message.edit')
    expect(edits).toMatchObject([{ content: 'hi bob', mentions: ['bob'] }, { content: 'hi again' }])
    expect(edits[1]).not.toHaveProperty('mentions')
  })
})

describe('marked unread below what is held', () => {
  test('is counted as soon as the list tells', async () => {
    const world = new World({ inbox: 'held' })
    for (let i = 0; i < 80; i++) world.server.say(ROOM, 'bob', `${i}`)
    world.server.room(ROOM).read('ann', 83)
    const { room } = await world.join('ann')
    expect(room.getSnapshot().unread).toBe(0)
    world.server.room(ROOM).markUnread('ann', 10)
    world.server.flushInbox()
    expect(room.getSnapshot()).toMatchObject({ unread: 74, lastReadSeq: 9, isMarkedUnread: true })
  })
})

describe('what only one person may see', () => {
  test('mute and the mark go with the person', async () => {
    const world = new World()
    const { client, room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    await room.setMuted(true)
    await room.markUnread(4)
    expect(room.getSnapshot()).toMatchObject({ muted: true, isMarkedUnread: true })
    await client.logout()
    expect(room.getSnapshot()).toMatchObject({ muted: false, isMarkedUnread: false, mentions: 0 })
  })

  test('a device names itself only when the application or the browser says so', async () => {
    const world = new World()
    world.client('ann').client.connect()
    const clientInfo = { name: 'app', version: '1', platform: 'linux', device: 'watch' }
    world.client('bob', { clientInfo }).client.connect()
    await world.time.advance(0)
    const told = world.server.connections.map(
      ({ received: [hello] }) => hello?.type === 'session.hello' && hello.client,
    )
    expect(told).toEqual([{ name: 'holdfast-js', version: '0.1.0' }, clientInfo])
  })
})
