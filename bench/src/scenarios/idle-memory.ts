import { setTimeout as pause } from 'node:timers/promises'
import { api, tokenFor } from '../load-client.ts'
import type { ServerProcess } from '../server-process.ts'
import { Subscriber } from '../subscriber.ts'

/** Time for the server to give back what connecting took and is not held. */
const SETTLE_MS = 3_000
const BATCH = 100
/** The first connections make the runtime grow; they are not counted. */
const WARM_UP = 200

/** Resident bytes that one more idle connection costs: welcomed, with one room open, silent. */
export async function idleMemory(server: ServerProcess, connections: number): Promise<number> {
  const token = await tokenFor('owner')
  const room = await api<{ id: string }>(server.url, token, 'POST', '/api/rooms', { name: 'idle', type: 'public' })
  const held = await open(server.url, room.id, 0, WARM_UP)
  await pause(SETTLE_MS)
  const before = server.residentBytes()
  held.push(...(await open(server.url, room.id, WARM_UP, connections)))
  await pause(SETTLE_MS)
  const after = server.residentBytes()
  for (const connection of held) connection.close()
  return (after - before) / connections
}

async function open(url: string, roomId: string, from: number, count: number): Promise<Subscriber[]> {
  const opened: Subscriber[] = []
  while (opened.length < count) {
    const token = await tokenFor(`idle${from + opened.length}`)
    const batch = Array.from({ length: Math.min(BATCH, count - opened.length) }, () => {
      return new Subscriber(url, token, roomId, 'never', false)
    })
    await Promise.all(batch.map(connection => connection.live))
    opened.push(...batch)
  }
  return opened
}
