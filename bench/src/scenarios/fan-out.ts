import { randomBytes } from 'node:crypto'
import { api, LoadClient, tokenFor } from '../load-client.ts'
import type { ServerProcess } from '../server-process.ts'
import { Subscriber } from '../subscriber.ts'

/** Messages on their way at once: enough to keep the server busy. */
const IN_FLIGHT = 256
/** Every so many readers one checks each event's seq. */
const CHECK_EVERY = 50
/** Connections opened at once. */
const BATCH = 100

export interface FanOut {
  readonly deliveriesPerSecond: number
  readonly messagesPerSecond: number
  /** The generator's own use of its core: near 1, it is the limit and not the server. */
  readonly generatorCpu: number
  readonly serverCpu: number
}

/** One room, `subscribers` readers, `messages` sent as fast as they are acknowledged; until the last reader has the last one. */
export async function fanOut(server: ServerProcess, subscribers: number, messages: number): Promise<FanOut> {
  const token = await tokenFor('owner')
  const room = await api<{ id: string }>(server.url, token, 'POST', '/api/rooms', { name: 'fan-out', type: 'public' })
  const mark = `end-${randomBytes(8).toString('hex')}`
  const readers = await subscribe(server.url, room.id, mark, subscribers)
  const writer = await LoadClient.connect(server.url, token)
  const cpu = process.cpuUsage()
  const serverCpu = server.cpuSeconds()
  const start = performance.now()
  await pipeline(writer, room.id, messages - 1)
  await writer.send(room.id, 'last', mark)
  await Promise.all(readers.map(reader => reader.finished))
  const seconds = (performance.now() - start) / 1_000
  const used = process.cpuUsage(cpu)
  const serverUsed = server.cpuSeconds() - serverCpu
  audit(readers, messages)
  for (const reader of readers) reader.close()
  writer.close()
  return {
    deliveriesPerSecond: (messages * subscribers) / seconds,
    messagesPerSecond: messages / seconds,
    generatorCpu: (used.user + used.system) / 1e6 / seconds,
    serverCpu: serverUsed / seconds,
  }
}

async function subscribe(url: string, roomId: string, mark: string, count: number): Promise<Subscriber[]> {
  const readers: Subscriber[] = []
  while (readers.length < count) {
    const token = await tokenFor(`reader${readers.length}`)
    const batch = Array.from(
      { length: Math.min(BATCH, count - readers.length) },
      (_, i) => new Subscriber(url, token, roomId, mark, (readers.length + i) % CHECK_EVERY === 0),
    )
    await Promise.all(batch.map(reader => reader.live))
    readers.push(...batch)
  }
  return readers
}

async function pipeline(writer: LoadClient, roomId: string, messages: number): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < messages) {
      const n = next++
      await writer.send(roomId, `n${n}`, `message ${n}, of the length that people write to one another`)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}

function audit(readers: readonly Subscriber[], messages: number): void {
  for (const [i, reader] of readers.entries()) {
    if (i % CHECK_EVERY === 0 && reader.events !== messages) {
      throw new Error(`the audit failed: a reader got ${reader.events} of ${messages} events`)
    }
  }
}
