/**
 * A thread that reads beside the server: answers each message of its parent, which is the seq that was last committed, with what
 * it sees, by a shared number and by a message.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteReader } from '../../../src/log/sqlite/sqlite-reads.ts'
import { ann, given, TestPlatform } from '../kit.ts'

/** What the thread is given: where the database is, and where it puts the seq that it saw, plus 1. */
export interface ReaderThreadData {
  readonly dataDir: string
  readonly seen: Int32Array
}

/** What it saw in room `r`, each by a read of its own. */
export interface Seen {
  readonly head: number
  /** How many events there are, and the seq of the last one: of one moment. */
  readonly events: number
  readonly last: number
  readonly unread: number
}

const { dataDir, seen } = workerData as ReaderThreadData
const log = await openSqliteReader({ dataDir, platform: new TestPlatform() })

async function look(): Promise<Seen> {
  const head = (await log.head('r'))?.seq ?? 0
  Atomics.store(seen, 0, head + 1)
  Atomics.notify(seen, 0)
  const events = await log.events('r', 0, 100_000)
  const { unread } = await given(log.room('r', ann))
  return { head, events: events.length, last: events.at(-1)?.seq ?? 0, unread }
}

parentPort?.on('message', async (wish: 'look' | 'close') => {
  if (wish === 'look') return parentPort?.postMessage(await look())
  await log.close()
  parentPort?.close()
})
parentPort?.postMessage('ready')
