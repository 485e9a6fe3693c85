import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'

/** As many files and sockets as a server needs to start, and a few dozen connections. */
const OPEN_FILES = 96
const FLOOD = 120
/** Little more than what the server is when nothing happens. MB. */
const HEAP_MB = 64
const STALLED = Array.from({ length: 6 }, (_, i) => `cyd.${i + 1}`)
const BURST = 200
const TEXT_BYTES = 7_000

let world: FaultWorld | null = null
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await world?.remove()
  world = null
})

describe('a server at the end of what it may have', () => {
  test('[IN2] of sockets turns newcomers away, serves whoever is there, and takes newcomers again when others have gone', async () => {
    world = await FaultWorld.start({ seed: 'sockets', openFiles: OPEN_FILES, members: ['bob', 'cyd'] })
    const people = await world.people('ann.1', 'bob.1')
    let [letIn, turnedAway] = [0, 0]
    for (let n = 0; n < FLOOD; n++) {
      knock(new URL(world.server.url), isIn => {
        if (isIn) letIn++
        else turnedAway++
      })
    }
    await world.until('all are let in or turned away', async () => letIn + turnedAway === FLOOD)
    expect(Math.min(letIn, turnedAway)).toBeGreaterThan(0)
    await people.tell({ do: 'write', operations: 30, bytes: 0 })
    await people.tell({ do: 'rest' })
    for (const socket of sockets.splice(0)) socket.destroy()
    const newcomer = await world.people('cyd.1')
    await newcomer.tell({ do: 'write', operations: 10, bytes: 0 })
    expect(await world.verdict()).toEqual([])
    expect(world.lines().some(({ what }) => what === 'disconnected')).toBe(false)
  })

  test('[READ8] of memory lives through readers that do not read, and nobody else notices', async () => {
    const nodeArgs = [`--max-old-space-size=${HEAP_MB}`]
    world = await FaultWorld.start({ seed: 'memory', nodeArgs, members: ['bob', 'cyd'], rooms: 1 })
    const { server } = world
    const writers = await world.people('ann.1', 'bob.1')
    const stalled = await world.people(...STALLED)
    stalled.signal('SIGSTOP')
    let before = { delivered: 0, published: 0 }
    await world.until('the server has given up all that do not read', async () => {
      await writers.tell({ do: 'write', operations: BURST, bytes: TEXT_BYTES })
      await writers.tell({ do: 'rest' })
      await world?.readLogs()
      const delivered = await server.metric('holdfast_deliveries_total')
      const published = await server.metric('holdfast_events_published_total')
      const isDone = delivered - before.delivered <= 2 * (published - before.published)
      before = { delivered, published }
      return isDone
    })
    await world.kill(stalled)
    expect(await world.verdict()).toEqual([])
    const gone = world.lines().filter(({ what, userId }) => what === 'disconnected' && userId !== 'cyd')
    expect(gone).toEqual([])
  })
})

/** Opens a connection, asks, and holds it open with half of another request. Calls back once: answered, or ended before that. */
function knock({ hostname, port }: URL, onKnown: (isIn: boolean) => void): void {
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  const known = Promise.withResolvers<boolean>()
  void known.promise.then(onKnown)
  socket.on('error', () => {})
  socket.on('data', () => known.resolve(true))
  socket.on('close', () => known.resolve(false))
  const head = 'GET /api/me HTTP/1.1\r\nHost: x\r\n'
  socket.on('connect', () => socket.write(`${head}\r\n${head}`))
}
