import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { DownFrame, UpFrame } from '@holdfast/protocol'
import WebSocket from 'ws'

/** One message of the probe: when it was due, and how long after that its reader had it. */
export interface Delivery {
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly dueAt: number
  readonly ms: number
}

interface ProbeTask {
  readonly url: string
  readonly roomId: string
  readonly writerToken: string
  readonly readerToken: string
  readonly everyMs: number
}

/**
 * Sends a message at fixed times and notes when another session has it. It runs in a thread of its own, so that the generator's
 * work is not taken for the server's. A message counts from the moment it was due: one that had to wait is late, not missing.
 */
export class LatencyProbe {
  readonly #worker: Worker

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Resolves when the first message has arrived. */
  static async start(task: ProbeTask): Promise<LatencyProbe> {
    const worker = new Worker(new URL(import.meta.url), { workerData: task })
    await once(worker, 'message')
    return new LatencyProbe(worker)
  }

  /** Ends it: all that was delivered, in the order sent. Fails when a message did not arrive. */
  async stop(): Promise<readonly Delivery[]> {
    this.#worker.postMessage('stop')
    const [deliveries] = (await once(this.#worker, 'message')) as [readonly Delivery[]]
    await this.#worker.terminate()
    return deliveries
  }
}

/** Now, in milliseconds since the Unix epoch with fractions: the same in every thread. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}

async function welcomed(url: string, token: string, onFrame: (frame: DownFrame) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  })
  socket.on('message', data => {
    const parsed = JSON.parse(String(data)) as DownFrame | DownFrame[]
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) onFrame(frame)
  })
  await once(socket, 'open')
  tell(socket, { type: 'session.hello', protocol: 1, client: { name: 'bench', version: '1' } })
  return socket
}

function tell(socket: WebSocket, frame: UpFrame): void {
  socket.send(JSON.stringify(frame))
}

/** The thread's side. */
async function probe(task: ProbeTask): Promise<void> {
  const due: number[] = []
  const deliveries: Delivery[] = []
  const reader = await welcomed(task.url, task.readerToken, frame => {
    if (frame.type === 'message.event') for (const event of frame.events) arrived(event)
  })
  const arrived = (event: { kind: string; message?: { clientId: string } }): void => {
    const n = Number(/^probe-(\d+)$/.exec(event.message?.clientId ?? '')?.[1] ?? Number.NaN)
    const dueAt = due[n]
    if (dueAt === undefined) return
    deliveries.push({ dueAt, ms: preciseNow() - dueAt })
    if (n === 0) parentPort?.postMessage('ready')
  }
  tell(reader, { type: 'room.open', roomId: task.roomId, window: 1 })
  const writer = await welcomed(task.url, task.writerToken, frame => {
    if (frame.type === 'error') throw new Error(`unable to go on; ${frame.code}: ${frame.message}`)
  })
  const begin = preciseNow()
  const timer = setInterval(() => {
    for (let n = due.length; begin + n * task.everyMs <= preciseNow(); n++) {
      due.push(begin + n * task.everyMs)
      tell(writer, { type: 'message.send', roomId: task.roomId, clientId: `probe-${n}`, content: `message ${n}` })
    }
  }, 1)
  parentPort?.once('message', () => {
    clearInterval(timer)
    const finish = setInterval(() => {
      if (deliveries.length < due.length) return
      clearInterval(finish)
      parentPort?.postMessage(deliveries)
    }, 10)
  })
}

if (parentPort !== null) await probe(workerData as ProbeTask)
