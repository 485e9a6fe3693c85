import type { HistoryPage } from '@holdfast/protocol'
import { api, LoadClient, tokenFor } from '../load-client.ts'
import type { ServerProcess } from '../server-process.ts'
import { quantile } from '../statistics.ts'

/** What a closed loop of writers reached. */
export interface DurableSends {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/**
 * `writers` people in one room, each sending the next message when the last one is acknowledged (durable), for `ms`.
 * Afterwards the log is read whole: every acknowledged message stands in it once.
 */
export async function durableSends(server: ServerProcess, writers: number, ms: number): Promise<DurableSends> {
  const owner = await tokenFor('owner')
  const room = await api<{ id: string }>(server.url, owner, 'POST', '/api/rooms', { name: 'sends', type: 'public' })
  const clients = await Promise.all(
    Array.from({ length: writers }, (_, i) => joined(server.url, room.id, `writer${i}`)),
  )
  const latencies: number[] = []
  const acknowledged = new Set<string>()
  const start = performance.now()
  const write = async (client: LoadClient, writer: number) => {
    for (let n = 0; performance.now() - start < ms; n++) {
      const clientId = `w${writer}-${n}`
      const sent = performance.now()
      await client.send(room.id, clientId, `message ${n} of writer ${writer}, of the length that people write`)
      latencies.push(performance.now() - sent)
      acknowledged.add(clientId)
    }
  }
  await Promise.all(clients.map(write))
  const seconds = (performance.now() - start) / 1_000
  for (const client of clients) client.close()
  await audit(server.url, owner, room.id, acknowledged)
  latencies.sort((a, b) => a - b)
  return {
    perSecond: acknowledged.size / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

async function joined(url: string, roomId: string, userId: string): Promise<LoadClient> {
  const token = await tokenFor(userId)
  await api(url, token, 'POST', `/api/rooms/${roomId}/join`)
  return LoadClient.connect(url, token)
}

async function audit(url: string, token: string, roomId: string, acknowledged: ReadonlySet<string>): Promise<void> {
  const found = new Set<string>()
  let messages = 0
  for (let after = 0; ; ) {
    const page: HistoryPage = await api(url, token, 'GET', `/api/rooms/${roomId}/messages?after=${after}&limit=100`)
    for (const message of page.messages) found.add(message.clientId)
    messages += page.messages.length
    const last = page.messages.at(-1)
    if (last === undefined) break
    after = last.seq
  }
  const lost = [...acknowledged].filter(clientId => !found.has(clientId))
  if (lost.length > 0 || messages !== found.size) {
    throw new Error(`the audit failed: ${lost.length} lost, ${messages - found.size} repeated`)
  }
}
