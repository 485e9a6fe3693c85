import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckpointLimits, Checkpoints } from '../../../src/log/sqlite/checkpoints.ts'
import { type Connection, loadSqlite } from '../../../src/log/sqlite/connection.ts'
import { makeDurable } from '../../../src/log/sqlite/durability.ts'
import { type LogMover, MoverThread } from '../../../src/log/sqlite/log-mover.ts'
import { newFolder } from '../folders.ts'
import { SqliteError } from './watched-connect.ts'

const LIMITS: CheckpointLimits = { due: 60, rest: 12, attempts: 2, most: 160, again: 10 }
/** Pages of a row that makes a commit of some size. */
const ROW_PAGES = 3
/** More commits than any of these needs for what it waits for. */
const PATIENCE = 200

interface LogState {
  readonly log: number
  readonly checkpointed: number
}

/** A mover that moves what is there when it is told to, and has done so when the test lets it. */
class SlowMover implements LogMover {
  moves = 0
  fails: Error | null = null
  readonly #connection: Connection
  readonly #reader: Connection
  #release: () => void = () => {}

  /** `reader`: by reading what is there at the beginning it keeps what is written meanwhile from being moved. */
  constructor(connection: Connection, reader: Connection) {
    this.#connection = connection
    this.#reader = reader
  }

  async move(): Promise<number> {
    this.moves++
    this.#reader.exec('BEGIN')
    this.#reader.prepare('SELECT 1 FROM t').get()
    await new Promise<void>(resolve => {
      this.#release = resolve
    })
    const how = this.fails === null ? 'PASSIVE' : 'NOOP'
    const moved = this.#connection.prepare(`PRAGMA wal_checkpoint(${how})`).get() as LogState
    this.#reader.exec('COMMIT')
    if (this.fails !== null) throw this.fails
    return moved.checkpointed
  }

  /** What it is at has come to its end, and is known of. */
  async finish(): Promise<void> {
    this.#release()
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }

  async close(): Promise<void> {}
}

describe('moving the log into the database:', () => {
  let folder: ReturnType<typeof newFolder>
  let opened: Connection[]
  let writer: Connection
  let mover: SlowMover
  let checkpoints: Checkpoints
  let failures: Error[]
  let rows: number
  /** How often the writer has moved the log itself, and what that fails with. */
  let ownMoves: number
  let ownMovesFail: Error | null

  const file = () => join(folder.path, 'holdfast.db')

  async function open(): Promise<Connection> {
    const connection = (await loadSqlite())(file(), 'writer')
    makeDurable(connection)
    opened.push(connection)
    return connection
  }

  /** Counts how often it moves the log, and fails in it. */
  function watched(connection: Connection): Connection {
    const prepare = connection.prepare.bind(connection)
    connection.prepare = sql => {
      const statement = prepare(sql)
      if (!sql.includes('(PASSIVE)')) return statement
      const get = statement.get.bind(statement)
      statement.get = () => {
        ownMoves++
        if (ownMovesFail !== null) throw ownMovesFail
        return get()
      }
      return statement
    }
    return connection
  }

  beforeEach(async () => {
    folder = newFolder()
    opened = []
    failures = []
    rows = 0
    ownMoves = 0
    ownMovesFail = null
    writer = watched(await open())
    writer.exec('CREATE TABLE t (x)')
    mover = new SlowMover(await open(), await open())
    checkpoints = new Checkpoints({ writer, mover, onFailure: error => failures.push(error), limits: LIMITS })
  })
  afterEach(async () => {
    await checkpoints.close()
    for (const connection of opened) connection.close()
    folder.remove()
  })

  const state = () => writer.prepare('PRAGMA wal_checkpoint(NOOP)').get() as LogState

  /** One commit of some pages. */
  function commit(): LogState {
    writer.exec(`INSERT INTO t VALUES (zeroblob(${4_096 * ROW_PAGES}))`)
    rows++
    checkpoints.afterCommit()
    return state()
  }

  /** Commits, the thread being done each time, until it is as wished. */
  async function commitUntil(isSo: (state: LogState) => boolean): Promise<void> {
    for (let i = 0; i < PATIENCE; i++) {
      commit()
      await mover.finish()
      if (isSo(state())) return
    }
    throw new Error('it does not come about')
  }

  function countRows(): number {
    const [{ n }] = writer.prepare('SELECT count(*) AS n FROM t').all() as [{ n: number }]
    return n
  }

  it('[C1] a log that is short is left alone: nobody is asked to move it', () => {
    while (state().log < LIMITS.due - 2 * ROW_PAGES) commit()
    expect(mover.moves).toBe(0)
    expect(state().checkpointed).toBe(0)
  })

  it('[C2] the thread moves what is there while commits go on, again what came meanwhile, the writer the rest: then it is begun anew', async () => {
    while (commit().log < LIMITS.due) {}
    expect(mover.moves).toBe(1)
    const { log: began } = state()
    for (let i = 0; i < 4; i++) commit()
    expect(state().checkpointed).toBe(0)
    await mover.finish()
    expect(state().checkpointed).toBe(began)
    commit()
    expect(mover.moves).toBe(2)
    commit()
    await mover.finish()
    const moved = commit()
    expect(moved.checkpointed).toBe(moved.log)
    expect(commit().log).toBeLessThan(LIMITS.due)
    expect(mover.moves).toBe(2)
    expect(countRows()).toBe(rows)
  })

  it('[C17] the thread is asked again for the little that came in between: the writer moves nothing where there are pauses', async () => {
    for (let round = 1; round <= 3; round++) {
      while (commit().log < LIMITS.due) {}
      commit()
      await mover.finish()
      const { log, checkpointed } = commit()
      expect(log - checkpointed).toBeLessThanOrEqual(LIMITS.rest)
      await mover.finish()
      expect(commit().log, 'it is begun anew').toBeLessThan(LIMITS.due)
      expect([mover.moves, ownMoves]).toEqual([2 * round, 0])
    }
  })

  it('[C3] under constant writing that is faster than it is moved, the writer moves all: the log stays within its bound and one move', async () => {
    let longest = 0
    // Not as many as the log is due after: it would be moved whole each time.
    const commits = 17
    for (let move = 0; move < 40; move++) {
      for (let i = 0; i < commits; i++) longest = Math.max(longest, commit().log)
      await mover.finish()
    }
    expect(mover.moves).toBeGreaterThan(5)
    expect(longest).toBeGreaterThan(LIMITS.most)
    expect(longest).toBeLessThanOrEqual(LIMITS.most + commits * (ROW_PAGES + 2))
    expect(ownMoves).toBeGreaterThan(1)
    expect(countRows()).toBe(rows)
  })

  it('[C4] who reads an old state keeps the log from being begun anew: it is tried again each so many pages, not with each commit', async () => {
    const reader = await open()
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM t').get()
    await commitUntil(({ log }) => log > 2 * LIMITS.most)
    const attempts = mover.moves + ownMoves
    expect(attempts).toBeGreaterThan(4)
    expect(attempts).toBeLessThanOrEqual((state().log - LIMITS.due) / LIMITS.again + 1)
    reader.exec('COMMIT')
    await commitUntil(({ log }) => log < LIMITS.due)
    expect(failures).toEqual([])
  })

  it('[C10] what an earlier server or a migration has left is moved before the first commit, if it is due', () => {
    checkpoints.atStart()
    expect(ownMoves).toBe(0)
    writer.exec(`INSERT INTO t VALUES (zeroblob(${4_096 * 2 * LIMITS.most}))`)
    checkpoints.atStart()
    expect([ownMoves, state().checkpointed]).toEqual([1, state().log])
    expect(commit().log, 'the first commit begins it anew').toBeLessThan(LIMITS.due)
    expect([ownMoves, mover.moves]).toEqual([1, 0])
  })

  it('[C5] a move that fails is told of, commits go on, and it is tried again; at the bound the writer tries itself', async () => {
    mover.fails = new SqliteError('SQLITE_FULL')
    await commitUntil(() => failures.length === 3)
    expect(failures.map(({ message }) => message)).toEqual(
      failures.map(() => 'unable to move the log into the database; SQLITE_FULL, made by the test'),
    )
    expect(failures[0]?.cause).toBe(mover.fails)
    expect(state().log).toBeGreaterThanOrEqual(LIMITS.due + LIMITS.again)
    await commitUntil(({ checkpointed }) => checkpointed > 0)
    expect(ownMoves).toBe(1)
    expect(state().log).toBeLessThanOrEqual(LIMITS.most + LIMITS.again + 2 * ROW_PAGES)
    expect(countRows()).toBe(rows)
  })

  it('[C9] what fails while the writer moves the log is told, and the commit counts', async () => {
    mover.fails = new SqliteError('SQLITE_FULL')
    ownMovesFail = new SqliteError('SQLITE_IOERR_WRITE')
    await commitUntil(() => ownMoves === 2)
    expect(failures.slice(-2).map(({ cause }) => cause)).toEqual([ownMovesFail, ownMovesFail])
    expect(countRows()).toBe(rows)
  })

  it('[C6] the thread moves the log, tells what fails in it, and ends when it is closed', async () => {
    for (let i = 0; i < 10; i++) commit()
    const thread = new MoverThread(file())
    const { log } = state()
    expect(await thread.move()).toBe(log)
    commit()
    commit()
    expect(await thread.move()).toBe(state().log)
    await thread.close()
    await thread.close()
    expect(await thread.move(), 'it is started anew').toBe(state().log)
    await thread.close()

    const lost = new MoverThread(join(folder.path, 'nowhere', 'holdfast.db'))
    await expect(lost.move()).rejects.toThrow(/directory does not exist/)
    await expect(lost.move()).rejects.toThrow(/directory does not exist/)
    await lost.close()
  })
})
