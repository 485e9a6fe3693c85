import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteReader } from '../../../src/log/sqlite/sqlite-reads.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, done, TestPlatform } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import type { ReaderThreadData, Seen } from './reader-thread.ts'
import { SqliteError, WatchedConnections } from './watched-connect.ts'

const ROUNDS = 200
/** So long a test waits for the thread while it blocks its own. */
const PATIENCE_MS = 10_000

/** The thread, asked one thing at a time. */
class ReaderThread {
  readonly #seen = new Int32Array(new SharedArrayBuffer(4))
  readonly #worker: Worker

  constructor(dataDir: string) {
    const workerData: ReaderThreadData = { dataDir, seen: this.#seen }
    const script = join(import.meta.dirname, 'reader-thread.ts')
    this.#worker = new Worker(script, { workerData, execArgv: ['--conditions=holdfast-source'] })
  }

  async next(): Promise<unknown> {
    const [told] = await once(this.#worker, 'message')
    return told
  }

  async look(): Promise<Seen> {
    this.#worker.postMessage('look')
    return (await this.next()) as Seen
  }

  /** The head that it sees, while this thread does nothing else: whatever transaction it is in stays as it is. */
  headMeanwhile(): number {
    Atomics.store(this.#seen, 0, 0)
    this.#worker.postMessage('look')
    Atomics.wait(this.#seen, 0, 0, PATIENCE_MS)
    return Atomics.load(this.#seen, 0) - 1
  }

  async close(): Promise<void> {
    const exit = once(this.#worker, 'exit')
    this.#worker.postMessage('close')
    await exit
  }
}

describe('a log that only reads, in another thread:', () => {
  let folder: ReturnType<typeof newFolder>
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  async function opened() {
    const { h, log, watched } = await openWatched(folder.path)
    await h.create(ann, 'r', { members: ['bob'] })
    const thread = new ReaderThread(folder.path)
    expect(await thread.next()).toBe('ready')
    return { h, log, watched, thread }
  }

  it('[R1] each read sees all that was committed before it began, and is of one moment', async () => {
    const { h, log, thread } = await opened()
    for (let seq = 4; seq < ROUNDS; seq++) {
      await done(h.send(bob, 'r', `message ${seq}`))
      const looking = thread.look()
      // Written while it reads: what it has begun to read does not change under it.
      await done(h.send(bob, 'r', `message ${++seq}`))
      const seen = await looking
      expect(seen.head).toBeGreaterThanOrEqual(seq - 1)
      expect(seen.events).toBe(seen.last)
      expect(seen.last).toBeGreaterThanOrEqual(seen.head)
      expect(seen.unread).toBeGreaterThanOrEqual(Math.min(99, seen.last - 3))
    }
    await thread.close()
    await log.close()
  })

  it('[R2] a read sees nothing of a transaction that is not committed', async () => {
    const { h, log, watched, thread } = await opened()
    const seen: number[] = []
    watched.failOn = ({ role, sql }) => {
      if (role === 'writer' && sql === 'COMMIT') seen.push(thread.headMeanwhile())
      return null
    }
    const looked = thread.next()
    await done(h.send(ann, 'r', 'not yet'))
    await looked
    expect(seen).toEqual([3])
    watched.failOn = () => null
    expect(await thread.look()).toMatchObject({ head: 4, events: 4 })
    await thread.close()
    await log.close()
  })

  it('[R3] it writes nothing, takes no lock, and leaves the log to the server', async () => {
    const { h, log } = await openWatched(folder.path)
    await h.create(ann, 'r')
    const watched = new WatchedConnections()
    const connect = await watched.connect()
    const reads = await openSqliteReader({ dataDir: folder.path, platform: new TestPlatform(), connect })
    expect(watched.opened.map(({ role }) => role)).toEqual(['reader'])
    expect(() => watched.get('reader').exec('DELETE FROM rooms')).toThrow(/readonly/)
    expect('commit' in reads).toBe(false)
    await expect(reads.check()).resolves.toBeUndefined()
    await reads.close()
    await done(h.send(ann, 'r', 'goes on'))
    await log.close()
  })

  it('[R4] without a database it says so in one line', async () => {
    const wanting = () => openSqliteReader({ dataDir: folder.path, platform: new TestPlatform() })
    await expect(wanting()).rejects.toThrow(`unable to read the data folder ${folder.path}; there is no database in it`)
  })

  it('[R5] a corrupt page that it meets is told, and it is not ready from then on; what is whole is read', async () => {
    const { h, log } = await openWatched(folder.path)
    await h.create(ann, 'r')
    const watched = new WatchedConnections()
    const faults: unknown[] = []
    const options = { dataDir: folder.path, platform: new TestPlatform(), connect: await watched.connect() }
    const reads = await openSqliteReader({ ...options, onFault: fault => faults.push(fault) })
    const corrupt = new SqliteError('SQLITE_CORRUPT_INDEX')
    watched.failOn = ({ sql }) => (sql.includes('FROM messages') ? corrupt : null)
    await expect(reads.events('r', 0, 10)).rejects.toThrow('unable to read events; the store is unavailable')
    expect(faults).toEqual([corrupt])
    watched.failOn = () => null
    await expect(reads.check()).rejects.toThrow('unable to check the store')
    expect(await reads.head('r')).toMatchObject({ seq: 2 })
    await reads.close()
    await log.close()
  })
})
