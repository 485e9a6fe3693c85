import { expect, test } from 'vitest'
import { untilInbox } from '../src/inbox.ts'
import { type Person, people } from '../src/people.ts'
import { markRead } from '../src/reading.ts'
import { ban, fill, kick, leave, makeRoom } from '../src/rooms.ts'
import { untilPresence, untilTyping } from '../src/signals.ts'
import { startIn, stopIn } from '../src/typing.ts'
import { unique } from '../src/unique.ts'

/** Each way to lose membership. */
const WAYS: Readonly<Record<string, (owner: Person, roomId: string, who: Person) => Promise<void>>> = {
  kicked: kick,
  banned: ban,
  left: (_owner, roomId, who) => leave(who, roomId),
}

test.each(Object.keys(WAYS))(
  '[P2.8.9] after member.left (%s) no signal of the room reaches that user: typing, reads, presence, inbox',
  async code => {
    const [owner, ann, bob] = await people('owner', 'ann', 'bob')
    const roomId = await makeRoom(owner, { members: [ann, bob], name: 'The lost room' })
    const mine = await makeRoom(ann)
    const sockets = [await ann.connect({ inbox: true }), await ann.connect()]
    const [witness, other] = [await bob.connect({ inbox: true }), await owner.connect()]
    for (const socket of [...sockets, witness, other]) await socket.open(roomId)
    other.send(startIn(roomId))
    await untilTyping(witness, roomId, [owner.id])
    await WAYS[code]?.(owner, roomId, ann)
    for (const socket of sockets) await socket.next('room.detached', frame => frame.roomId === roomId)
    const from = sockets.map(socket => socket.log.length)
    const customStatus = unique('mark')
    other.send([stopIn(roomId), { type: 'presence.set', status: 'busy', customStatus }])
    const { seq } = (await fill(owner, roomId, 3)).at(-1) ?? { seq: 0 }
    await markRead(owner, roomId, seq)
    await witness.next('reads', frame => frame.reads[owner.id] === seq)
    await untilPresence(witness, owner.id, { customStatus })
    await untilTyping(witness, roomId, [])
    await untilInbox(witness, roomId, room => room.seq === seq)
    const { seq: last } = (await fill(ann, mine, 1)).at(-1) ?? { seq: 0 }
    if (sockets[0] !== undefined) await untilInbox(sockets[0], mine, room => room.seq === last)
    for (const [at, socket] of sockets.entries()) {
      await socket.fence()
      const told = socket.log.slice(from[at]).filter(frame => ['typing', 'reads', 'presence'].includes(frame.type))
      const ofTheRoom = [roomId, owner.id]
      expect(told.filter(frame => ofTheRoom.some(id => JSON.stringify(frame).includes(id)))).toEqual([])
      expect(JSON.stringify(socket.log.slice(from[at]))).not.toContain('The lost room')
    }
  },
)

test('[P2.8.10] who was removed is not shown typing or reading any more', async () => {
  const [owner, ann, bob] = await people('owner', 'ann', 'bob')
  const roomId = await makeRoom(owner, { members: [ann, bob] })
  const { seq } = (await fill(owner, roomId, 3)).at(-1) ?? { seq: 0 }
  const [reader, removed, witness] = [await owner.connect(), await ann.connect(), await bob.connect()]
  for (const socket of [reader, removed, witness]) await socket.open(roomId)
  await kick(owner, roomId, ann)
  await removed.next('room.detached', frame => frame.roomId === roomId)
  const from = reader.log.length
  removed.send([startIn(roomId), { type: 'room.read', roomId, seq }])
  await removed.fence()
  witness.send([startIn(roomId), { type: 'room.read', roomId, seq }])
  await untilTyping(reader, roomId, [bob.id])
  await reader.next('reads', frame => frame.reads[bob.id] === seq)
  const signals = reader.log.slice(from).filter(frame => frame.type === 'typing' || frame.type === 'reads')
  expect(JSON.stringify(signals)).not.toContain(ann.id)
})
