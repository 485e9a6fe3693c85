import { afterEach, describe, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'
import type { HistoryLine } from '../support/history-lines.ts'
import type { Recorder } from '../support/recorder.ts'

const HOUR_MS = 3_600_000
/** What a server's clock is off, one jump after the other: it ends where it began. */
const JUMPS = [HOUR_MS, 0, -HOUR_MS, 0]
const OPERATIONS = 30
const TOKEN_EXPIRED = 4_005
/** Messages a second and person; bursts of five times as many. */
const RATE = 200
const SLOW_MODE_MS = 200

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

/** The clock of the machine that the server runs on, and the application that makes the tokens. */
async function jump({ server }: FaultWorld, people: Recorder, offsetMs: number): Promise<void> {
  await server.order({ do: 'clock', offsetMs })
  await people.tell({ do: 'token-clock', offsetMs })
}

describe('a clock that jumps by an hour, either way,', () => {
  test('[LOG3] [DUR2] [AUTH6] of a server: order, stamps, limits and sessions hold, and whose token has expired comes back', async () => {
    const env = { HOLDFAST_SEND_RATE: String(RATE) }
    world = await FaultWorld.start({ seed: 'clocks', env, members: ['bob', 'cyd'] })
    const people = await world.people('ann.1', 'bob.1', 'cyd.1')
    for (const offsetMs of JUMPS) {
      await people.tell({ do: 'write', operations: OPERATIONS, bytes: 0 })
      await jump(world, people, offsetMs)
      await people.tell({ do: 'write', operations: OPERATIONS, bytes: 0 })
      if (offsetMs > 0) await world.until('every session has expired', async () => expired(world).size === 3)
      await world.settle()
    }
    expect(await world.verdict()).toEqual([])
    expect(new Set(ended(world.lines()).map(({ code }) => code))).toEqual(new Set([TOKEN_EXPIRED]))
  })

  test('[SIG1] of a server, either way: who types is shown, and not for longer', async () => {
    world = await FaultWorld.start({ seed: 'typing', members: ['bob'], rooms: 1 })
    const people = await world.people('ann.1', 'bob.1')
    for (const offsetMs of [HOUR_MS, 0]) {
      await jump(world, people, offsetMs)
      await world.settle()
      await world.until('each shows that the other types', async () => {
        await people.tell({ do: 'type' })
        return shows(people, 1)
      })
      await world.until('nobody types any more', () => shows(people, 0))
    }
    expect(await world.verdict()).toEqual([])
  })

  test('[LOG3] of a server, back: slow mode keeps nobody from speaking for longer than it says', async () => {
    world = await FaultWorld.start({ seed: 'slow', members: ['bob'], rooms: 1 })
    const people = await world.people('bob.1')
    await world.call('PATCH', `/api/rooms/${world.roomIds[0]}`, { slowModeMs: SLOW_MODE_MS })
    await jump(world, people, HOUR_MS)
    await people.tell({ do: 'write', operations: 3, bytes: 0 })
    await people.tell({ do: 'rest' })
    await jump(world, people, 0)
    await people.tell({ do: 'write', operations: 3, bytes: 0 })
    expect(await world.verdict()).toEqual([])
  })

  test('[SDK4] [SDK8] of a client: it stays connected, and what it writes arrives once and in order', async () => {
    world = await FaultWorld.start({ seed: 'client-clock', members: ['bob'] })
    const jumping = await world.people('ann.1')
    const other = await world.people('bob.1')
    for (const offsetMs of JUMPS) {
      await jumping.tell({ do: 'token-clock', offsetMs: -offsetMs })
      await jumping.control({ do: 'clock', offsetMs })
      await jumping.tell({ do: 'write', operations: OPERATIONS, bytes: 0 })
      await other.tell({ do: 'write', operations: OPERATIONS, bytes: 0 })
      await world.settle()
    }
    expect(await world.verdict()).toEqual([])
    expect(ended(world.lines())).toEqual([])
  })
})

/** Whether every device shows so many others as typing. */
async function shows(people: Recorder, typing: number): Promise<boolean> {
  return (await people.status()).every(({ rooms }) => rooms.every(room => room.typing === typing))
}

/** Whose session was closed because its token had expired. */
function expired(of: FaultWorld | null): ReadonlySet<string> {
  return new Set(ended(of?.lines() ?? []).flatMap(({ device, code }) => (code === TOKEN_EXPIRED ? [device] : [])))
}

function ended(lines: readonly HistoryLine[]) {
  return lines.flatMap(line => (line.what === 'disconnected' ? [line] : []))
}
