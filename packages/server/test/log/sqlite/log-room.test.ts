import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoints } from '../../../src/log/sqlite/checkpoints.ts'
import { type Connection, loadSqlite } from '../../../src/log/sqlite/connection.ts'
import { makeDurable } from '../../../src/log/sqlite/durability.ts'
import { LogRoom } from '../../../src/log/sqlite/log-room.ts'
import type { LogState } from '../../../src/log/sqlite/move-passes.ts'
import { surveyWal } from '../../../src/log/sqlite/wal-damage.ts'
import { inheritWal } from '../../../src/log/sqlite/wal-inheritance.ts'
import { newFolder } from '../folders.ts'

const LIMITS = { from: 20, upTo: 100, stepBytes: 16_384 }
const CHECKPOINTS = { due: 60, rest: 60, attempts: 0, most: 160, again: 10 }
const FRAME_BYTES = 24 + 4_096
/** More commits than it takes to come to the file's whole length. */
const PATIENCE = 100

describe('room in the file of the log, ahead of it:', () => {
  let folder: ReturnType<typeof newFolder>
  let writer: Connection
  let room: LogRoom
  let checkpoints: Checkpoints
  let failures: Error[]
  let rows: number

  const file = () => join(folder.path, 'live', 'holdfast.db')
  const wal = () => `${file()}-wal`
  const bytes = () => statSync(wal()).size
  const log = () => (writer.prepare('PRAGMA wal_checkpoint(NOOP)').get() as LogState).log

  beforeEach(async () => {
    folder = newFolder()
    mkdirSync(join(folder.path, 'live'))
    writer = (await loadSqlite())(file(), 'writer')
    makeDurable(writer)
    writer.exec('CREATE TABLE t (x)')
    failures = []
    rows = 0
    room = new LogRoom(wal(), LIMITS)
    const mover = { move: () => Promise.reject(new Error('not to be asked')), close: async () => {} }
    const onFailure = (failure: Error) => failures.push(failure)
    checkpoints = new Checkpoints({ writer, mover, room, onFailure, limits: CHECKPOINTS })
  })
  afterEach(async () => {
    await checkpoints.close()
    writer.close()
    expect(failures).toEqual([])
    folder.remove()
  })

  function commit(): void {
    writer.exec(`INSERT INTO t VALUES ('row ${rows++}')`)
    checkpoints.afterCommit()
  }

  /** What a server finds that comes after one that was killed now. */
  async function rowsAfterKill(): Promise<unknown> {
    const image = join(folder.path, 'image')
    cpSync(join(folder.path, 'live'), image, { recursive: true })
    rmSync(join(image, 'holdfast.db-shm'))
    const survey = surveyWal(join(image, 'holdfast.db-wal'))
    expect(survey).toMatchObject({ damagedAt: null, committedBytes: 32 + log() * FRAME_BYTES })
    inheritWal(join(image, 'holdfast.db'))
    const connection = (await loadSqlite())(join(image, 'holdfast.db'), 'reader')
    const found = connection.prepare('SELECT count(*) AS n, count(DISTINCT x) AS different FROM t').get()
    connection.close()
    rmSync(image, { recursive: true })
    return found
  }

  it('[C14] a log that stays short has a file of its own length', () => {
    while (log() < LIMITS.from - 1) {
      commit()
      expect(bytes()).toBe(32 + log() * FRAME_BYTES)
    }
  })

  it('[C15] its file is made longer a step with each commit up to its whole length, and no more; what is committed is found whole at each moment', async () => {
    while (log() < LIMITS.from) commit()
    let before = bytes()
    for (let i = 0; i < PATIENCE && before < LIMITS.upTo * FRAME_BYTES; i++) {
      commit()
      expect(bytes(), 'one step').toBeLessThanOrEqual(before + LIMITS.stepBytes)
      before = bytes()
      if (i % 5 === 0) expect(await rowsAfterKill()).toEqual({ n: rows, different: rows })
    }
    expect(before).toBeGreaterThanOrEqual(LIMITS.upTo * FRAME_BYTES)
    // The log is moved and begun anew in it, more than once.
    for (let i = 0; i < 2 * PATIENCE; i++) {
      commit()
      expect(bytes()).toBe(before)
    }
    expect(await rowsAfterKill()).toEqual({ n: rows, different: rows })
  })

  it('[C16] where it cannot be made longer, commits go on without, and it is not tried again', async () => {
    room = new LogRoom(join(folder.path, 'nowhere', 'holdfast.db-wal'), LIMITS)
    room.extend(LIMITS.from)
    mkdirSync(join(folder.path, 'nowhere'))
    room.extend(LIMITS.from)
    checkpoints = new Checkpoints({
      writer,
      mover: { move: () => Promise.reject(new Error('not to be asked')), close: async () => {} },
      room,
      onFailure: failure => failures.push(failure),
      limits: CHECKPOINTS,
    })
    while (log() < 2 * LIMITS.from) commit()
    expect(bytes()).toBe(32 + log() * FRAME_BYTES)
  })
})
