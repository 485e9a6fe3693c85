import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { askUntilAnswered } from './asking.ts'
import { ChaosProxy, type Fault } from './chaos/proxy.ts'
import { calm, type Script } from './chaos/script.ts'
import type { Ack, RoomEvent } from './contract.ts'
import { type Person, people } from './people.ts'
import { Random } from './random.ts'
import { Resuming } from './resuming.ts'
import { headOf, logOf, makeRoom, roomPath, snapshotOf } from './rooms.ts'
import { target } from './target.ts'
import { unique } from './unique.ts'

/** Messages that each writer sends. */
const SENDS = 40

/** The longest pause between two of them, in milliseconds. */
const PACE_MS = 20

/** What a message came to: what its sender was told, over all its attempts, and where the log has it. */
export interface Told {
  readonly clientId: string
  readonly acks: readonly Ack[]
}

/** What was seen of a room whose readers and writers all came over one bad line. */
export interface Outcome {
  /** The room's whole log, read beside the bad line at the end. */
  readonly log: readonly RoomEvent[]
  /** What each reader applied, in the order of its applying, from the seq behind `from`. */
  readonly readers: readonly { readonly events: readonly RoomEvent[]; readonly breaches: readonly string[] }[]
  readonly from: number
  /** By writer, in the order in which they were given to it. */
  readonly writers: readonly (readonly Told[])[]
  readonly faults: readonly Fault[]
}

/** Sends over HTTP, one after another, each until it is answered; reacts now and then. */
async function writeByHttp(url: string, person: Person, roomId: string): Promise<Told[]> {
  const told: Told[] = []
  for (let index = 0; index < SENDS; index += 1) {
    const body = { clientId: unique('c'), content: `by HTTP ${index}` }
    const { status, body: ack } = await askUntilAnswered<Ack>(url, person, roomPath(roomId, '/messages'), body)
    expect(status).toBe(ack.duplicate ? 200 : 201)
    told.push({ clientId: body.clientId, acks: [ack] })
    const reaction = { type: 'reaction.add', roomId, messageId: ack.messageId, key: '+1' }
    if (index % 5 === 0) await askUntilAnswered(url, person, '/api/commands', [reaction])
  }
  return told
}

/**
 * Three people write and read a room over sockets and one writes over HTTP, all through a proxy that does as the script says;
 * then the line is mended, and everybody catches up. `seed` decides the pauses of those who write.
 */
export async function overBadLine(script: Script, seed: number): Promise<Outcome> {
  const [ann, bob, cy, dee] = await people('ann', 'bob', 'cy', 'dee')
  const roomId = await makeRoom(ann, { members: [bob, cy, dee] })
  const { epoch, seq: from } = await snapshotOf(ann, roomId)
  const proxy = await ChaosProxy.start(target().url, { script })
  const options = { url: proxy.url, roomId, cursor: { epoch, seq: from } }
  const followers = [ann, bob, cy].map(one => new Resuming(one, options))
  try {
    const writing = Promise.all(followers.map((one, index) => write(one, new Random(seed + index))))
    const isMended = writing.then(() => sleep(SENDS * PACE_MS)).then(() => proxy.follow(calm))
    const [told] = await Promise.all([writeByHttp(proxy.url, dee, roomId), isMended])
    for (const one of followers) await one.settles()
    const head = await headOf(ann, roomId)
    for (const one of followers) await one.settles(head)
    const writers = followers.map(one => one.sent.map(clientId => ({ clientId, acks: one.acks.get(clientId) ?? [] })))
    return {
      log: await logOf(ann, roomId),
      readers: followers,
      from,
      writers: [...writers, told],
      faults: proxy.faults,
    }
  } finally {
    for (const one of followers) one.stop()
    await proxy.close()
  }
}

async function write(follower: Resuming, random: Random): Promise<void> {
  for (let index = 0; index < SENDS; index += 1) {
    follower.say(`over a socket ${index}`)
    await sleep(random.int(PACE_MS))
  }
}
