import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Person, people, person } from '../src/people.ts'
import { commands, kick, leave, makeCrowd, makeRoom, post } from '../src/rooms.ts'
import { expectPaced, timesOf, typingIn, typistsOf, untilTyping } from '../src/signals.ts'
import { type Scene, scene, startIn, stopIn } from '../src/typing.ts'
import { unique } from '../src/unique.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about typing.

/** Longer than the throttle of one start a second. */
const OVER_THROTTLE_MS = 1_100

/** Protocol §4: an indicator ends 5 s after its last start. */
const TTL_MS = 5_000

/** Frames of one room are coalesced: at most one in this time. */
const FLUSH_MS = 250

const ENDINGS: Readonly<Record<string, (scene: Scene<readonly ['ann', 'bob', 'cy']>) => unknown>> = {
  'the end of its session': ({ sockets }) => sockets[2].terminate(),
  'a message of its user': ({ roomId, sockets }) => sockets[2].say(roomId, 'here it is'),
  'a message sent by a request': ({ roomId, members }) => post(members[2], roomId, 'here it is'),
  'leaving the room': ({ roomId, members }) => leave(members[2], roomId),
  'removal from the room': ({ roomId, members }) => kick(members[0], roomId, members[2]),
}

test.each(Object.keys(ENDINGS))('[P8.typing.1] %s ends an indicator at once', async how => {
  const at = await scene(['ann', 'bob', 'cy'], { type: 'public' })
  const [, bob, cy] = at.members
  const [reader, first, second] = at.sockets
  first.send(startIn(at.roomId))
  await untilTyping(reader, at.roomId, [bob.id])
  second.send(startIn(at.roomId))
  await untilTyping(reader, at.roomId, [bob.id, cy.id])
  await ENDINGS[how]?.(at)
  // Cy began after Bob: were it the five seconds that ended it, Bob would be gone before.
  await untilTyping(reader, at.roomId, [bob.id])
})

test('[P8.typing.2] typing in a private room of others is not_found, in a public one that one has not joined forbidden', async () => {
  const [ann, stranger] = await people('ann', 'stranger')
  const [closed, open] = [await makeRoom(ann), await makeRoom(ann, { type: 'public' })]
  const socket = await stranger.connect()
  for (const frame of [startIn(closed), startIn(unique('room'))]) {
    expect(await socket.request(frame)).toMatchObject({ type: 'error', code: 'not_found', retryable: false })
  }
  expect(await socket.request(startIn(open))).toMatchObject({ type: 'error', code: 'forbidden', retryable: false })
  const answers = await commands(stranger, [startIn(closed), startIn(open)])
  expect(answers.map(answer => 'code' in answer && answer.code)).toEqual(['not_found', 'forbidden'])
})

test('[P8.typing.3] who opens the room while somebody types is told', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann, bob] = members
  sockets[0].send(startIn(roomId))
  await untilTyping(sockets[1], roomId, [ann.id])
  const late = await bob.connect()
  await late.open(roomId)
  await untilTyping(late, roomId, [ann.id])
})

test('[P8.typing.4] remainingMs bounds each name, and a repeated start brings it anew', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob'])
  const [ann] = members
  sockets[0].send(startIn(roomId))
  await untilTyping(sockets[1], roomId, [ann.id])
  const from = sockets[1].log.length
  await sockets[0].fence()
  await sleep(OVER_THROTTLE_MS)
  sockets[0].send(startIn(roomId))
  await sockets[1].next('typing', frame => sockets[1].log.indexOf(frame) >= from)
  const frames = typingIn(sockets[1], roomId)
  expect(frames.length).toBeGreaterThan(1)
  for (const frame of frames) {
    expect(frame.userIds).toEqual([ann.id])
    expect(frame.remainingMs).toHaveLength(1)
    for (const left of frame.remainingMs ?? []) {
      expect(Number.isInteger(left)).toBe(true)
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThanOrEqual(TTL_MS)
    }
  }
})

test('[P8.typing.5] who types on two sessions types until both have stopped', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob', 'cy'])
  const [, bob, cy] = members
  const [reader, desk, other] = sockets
  const phone = await bob.connect()
  desk.send(startIn(roomId))
  await desk.fence()
  await sleep(OVER_THROTTLE_MS)
  phone.send(startIn(roomId))
  await phone.fence()
  desk.send(stopIn(roomId))
  await desk.fence()
  other.send(startIn(roomId))
  await untilTyping(reader, roomId, [bob.id, cy.id])
  phone.send(stopIn(roomId))
  await untilTyping(reader, roomId, [cy.id])
})

test('[P8.typing.6] in a room of more than 200 members three are named, and all are counted', async () => {
  const [owner, reader] = await people('owner', 'reader')
  const typists = await Promise.all(Array.from({ length: 5 }, () => person('typist')))
  const crowd = Array.from({ length: 200 }, () => unique('crowd'))
  const roomId = await makeCrowd(owner, [reader.id, ...typists.map(one => one.id), ...crowd])
  const socket = await reader.connect()
  await socket.open(roomId)
  const typing = async (who: Person) => {
    const typist = await who.connect()
    typist.send(startIn(roomId))
    return typist
  }
  const sockets = await Promise.all(typists.map(typing))
  const all = await socket.next('typing', frame => frame.count === 5)
  expect(all.userIds).toHaveLength(3)
  expect(all.remainingMs).toHaveLength(3)
  for (const userId of all.userIds) expect(typists.map(one => one.id)).toContain(userId)
  for (const typist of sockets) typist.send(stopIn(roomId))
  await untilTyping(socket, roomId, [])
})

test('[P8.typing.7] frames of one room come at most one in 250 ms, however many type', async () => {
  const typists = ['a', 'b', 'c', 'd', 'e', 'f'] as const
  const { roomId, members, sockets } = await scene(['reader', ...typists])
  const [reader, ...others] = sockets
  const since = performance.now()
  for (let round = 0; round < 3; round += 1) {
    for (const socket of others) {
      socket.send(startIn(roomId))
      await sleep(20)
    }
    for (const socket of others) socket.send(stopIn(roomId))
    await sleep(OVER_THROTTLE_MS)
  }
  for (const socket of others) socket.send(startIn(roomId))
  await untilTyping(
    reader,
    roomId,
    members.slice(1).map(one => one.id),
  )
  const times = timesOf(reader, 'typing', () => true)
  expect(times.length).toBeGreaterThan(1)
  expectPaced(times, since, FLUSH_MS)
})

test('[P8.typing.8] who types nothing is told everybody, who types all but themselves, from one and the same moment on', async () => {
  const { roomId, members, sockets } = await scene(['ann', 'bob', 'cy'])
  const [ann, bob, cy] = members
  for (const socket of sockets) socket.send(startIn(roomId))
  await untilTyping(sockets[0], roomId, [bob.id, cy.id])
  await untilTyping(sockets[1], roomId, [ann.id, cy.id])
  sockets[0].send(stopIn(roomId))
  await untilTyping(sockets[1], roomId, [cy.id])
  await untilTyping(sockets[0], roomId, [bob.id, cy.id])
  expect(typistsOf(sockets[2], roomId)).not.toContain(cy.id)
})
