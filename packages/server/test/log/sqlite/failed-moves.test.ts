import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CheckpointLimits } from '../../../src/log/sqlite/checkpoints.ts'
import { makeDurable, makeReader } from '../../../src/log/sqlite/durability.ts'
import type { LogMover } from '../../../src/log/sqlite/log-mover.ts'
import { SqliteStore } from '../../../src/log/sqlite/sqlite-store.ts'
import { Stamper } from '../../../src/log/stamper.ts'
import { SyncRoomLog } from '../../../src/log/store/sync-room-log.ts'
import { newFolder } from '../folders.ts'
import { ann, done, Harness, refusedWith, TestPlatform } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { SqliteError, WatchedConnections } from './watched-connect.ts'

/** The thread is asked after each commit. */
const ALWAYS: CheckpointLimits = { due: 1, rest: 0, attempts: 0, most: 1_000, again: 0 }
/** The writer moves it itself after each commit. */
const ITSELF: CheckpointLimits = { ...ALWAYS, rest: 1_000 }

describe('a store whose log cannot be moved into the database:', () => {
  let folder: ReturnType<typeof newFolder>
  let h: Harness
  let failures: Error[]
  let moves: number
  let isClosed: boolean
  let watched: WatchedConnections
  /** What is done when a failure is told. */
  let told: () => void

  beforeEach(async () => {
    folder = newFolder()
    failures = []
    moves = 0
    isClosed = false
    watched = new WatchedConnections()
    told = () => {}
    const first = await openWatched(folder.path)
    await first.h.create(ann, 'r')
    await first.log.close()
  })
  afterEach(async () => {
    await h.log.close()
    expect(isClosed, 'the thread ends with the store').toBe(true)
    folder.remove()
  })

  /** The store of the folder, with a thread whose moves end so. */
  async function open(
    move: () => Promise<number>,
    { checkpoints = ALWAYS, isLogLeft = false }: { checkpoints?: CheckpointLimits; isLogLeft?: boolean } = {},
  ): Promise<void> {
    const mover: LogMover = {
      move: () => {
        moves++
        return move()
      },
      close: async () => {
        isClosed = true
      },
    }
    const connect = await watched.connect()
    const file = join(folder.path, 'holdfast.db')
    const [writer, reader] = [connect(file, 'writer'), connect(file, 'reader')]
    makeDurable(writer)
    makeReader(reader)
    if (isLogLeft) writer.exec('INSERT INTO probe (id, count) VALUES (1, 1)')
    const onFailure = (failure: Error) => {
      failures.push(failure)
      told()
    }
    const store = new SqliteStore({
      writer,
      reader,
      mover,
      checkpoints,
      onFailure,
      onDamage: () => {},
      onClose: () => {},
    })
    const platform = new TestPlatform()
    const log = new SyncRoomLog({ store, stamper: new Stamper(platform), largeRoom: 200 })
    h = new Harness({ log, platform, ephemeral: false })
  }

  it.each(['SQLITE_IOERR_FSYNC', 'SQLITE_CORRUPT'])(
    '[C7] %s while it is moved: the commit counts, then nothing is written any more and it is told, reading goes on',
    async code => {
      await open(() => Promise.reject(new SqliteError(code)))
      await done(h.send(ann, 'r', 'written'))
      expect(failures.map(({ message }) => message)).toEqual([
        `unable to move the log into the database; ${code}, made by the test`,
      ])
      await refusedWith('unavailable', h.send(ann, 'r', 'not tried'))
      await expect(h.log.check()).rejects.toThrow('unable to check the store')
      expect(await h.events('r')).toHaveLength(3)
      expect(moves).toBe(1)
    },
  )

  it.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'ERR_WORKER_OUT_OF_MEMORY'])(
    '[C8] %s while it is moved is told; writing goes on, and it is tried again',
    async code => {
      await open(() => Promise.reject(new SqliteError(code)))
      for (let i = 0; i < 3; i++) await done(h.send(ann, 'r', 'written'))
      expect(failures).toHaveLength(3)
      expect(moves).toBe(3)
      await expect(h.log.check()).resolves.toBeUndefined()
    },
  )

  /** Every move by the connection that writes fails so. */
  function failOwnMoves(code: string): void {
    watched.failOn = ({ sql }) => (sql.includes('(PASSIVE)') ? new SqliteError(code) : null)
  }

  it('[C11] what fails while the log that was left is moved is told; after what is fatal the store does not open', async () => {
    failOwnMoves('SQLITE_FULL')
    await open(async () => 0, { isLogLeft: true })
    expect(failures).toHaveLength(1)
    await done(h.send(ann, 'r', 'written'))
    failOwnMoves('SQLITE_IOERR_FSYNC')
    await expect(open(async () => 0)).rejects.toThrow('SQLITE_IOERR_FSYNC')
  })

  it('[C12] what was written is known also where telling of a failed move fails', async () => {
    failOwnMoves('SQLITE_FULL')
    await open(async () => 0, { checkpoints: ITSELF })
    told = () => {
      told = () => {}
      throw new Error('made by the test')
    }
    for (let i = 0; i < 3; i++) await done(h.send(ann, 'r', 'written'))
    expect((await h.events('r')).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  })
})
