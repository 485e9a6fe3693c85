import { downFrameSchema } from '@holdfast/protocol'
import * as v from 'valibot'
import { expect } from 'vitest'
import { createClient } from '../../src/index.ts'
import {
  all,
  assertConverged,
  type Behaviour,
  createFakeServer,
  type FakeServerOptions,
  keepsContract,
  VirtualTime,
} from '../../src/testing.ts'
import { texts } from './world.ts'

/** The room of tests of the fake server. */
export const ROOM = 'desk'

/** Holds every frame that goes out against the contract, then says what was said. */
const contractChecked: Behaviour = {
  send(frames) {
    for (const frame of frames) expect(v.parse(downFrameSchema, frame)).toEqual(frame)
    return [frames]
  },
}

/** A server that does this, and ann and bob, who read a room of it. */
export async function desk(options: Omit<FakeServerOptions, 'time'> = {}) {
  const time = new VirtualTime()
  const server = createFakeServer({ ...options, time })
  const behave = (behaviour: Behaviour) => {
    server.behaviour = all(behaviour, contractChecked)
  }
  behave(keepsContract)
  server.room(ROOM, 'ann', 'bob')
  const [ann, bob] = ['ann', 'bob'].map(userId => {
    const client = createClient(server.clientOptions(userId))
    client.connect()
    client.room(ROOM).open()
    return client
  })
  if (ann === undefined || bob === undefined) throw new Error('unable to begin; somebody is missing')
  const clients = [ann, bob]
  await assertConverged(clients, ROOM, { server })
  const room = ann.room(ROOM)
  const shown = () => texts(room.getSnapshot())
  return { server, time, behave, ann, bob, clients, room, shown }
}
