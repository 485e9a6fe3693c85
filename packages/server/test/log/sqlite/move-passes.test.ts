import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, loadSqlite } from '../../../src/log/sqlite/connection.ts'
import { makeDurable } from '../../../src/log/sqlite/durability.ts'
import { type LogState, movePasses } from '../../../src/log/sqlite/move-passes.ts'
import { newFolder } from '../folders.ts'

describe('moving the log pass after pass:', () => {
  let folder: ReturnType<typeof newFolder>
  let writer: Connection
  let mover: Connection
  /** By reading what is there when a pass begins it keeps what is written meanwhile from being moved by that pass. */
  let reader: Connection
  /** Passes so far, and the commits that somebody makes while each of them is under way; none for those behind. */
  let passes: number
  let meanwhile: readonly number[]

  beforeEach(async () => {
    folder = newFolder()
    const connect = await loadSqlite()
    const file = join(folder.path, 'holdfast.db')
    writer = connect(file, 'writer')
    mover = connect(file, 'mover')
    reader = connect(file, 'reader')
    for (const connection of [writer, mover, reader]) makeDurable(connection)
    writer.exec('CREATE TABLE t (x)')
    passes = 0
  })
  afterEach(() => {
    for (const connection of [mover, reader, writer]) connection.close()
    folder.remove()
  })

  const state = () => writer.prepare('PRAGMA wal_checkpoint(NOOP)').get() as LogState
  const left = ({ log, checkpointed }: LogState) => log - checkpointed

  function commit(times: number): void {
    for (let i = 0; i < times; i++) writer.exec('INSERT INTO t VALUES (zeroblob(10000))')
  }

  function read(): void {
    reader.exec('BEGIN')
    reader.prepare('SELECT 1 FROM t').get()
  }

  /** The connection of the thread; others write while it moves. */
  function watched(): Connection {
    const prepare = mover.prepare.bind(mover)
    mover.prepare = sql => {
      const statement = prepare(sql)
      if (!sql.includes('(PASSIVE)')) return statement
      const get = statement.get.bind(statement)
      statement.get = () => {
        read()
        commit(meanwhile[passes++] ?? 0)
        const told = get()
        reader.exec('COMMIT')
        return told
      }
      return statement
    }
    return mover
  }

  it('[C11] what is written during a pass is moved by the next one, until all is: the next commit begins the log anew, and its writer has moved nothing', () => {
    const move = movePasses(watched())
    commit(40)
    meanwhile = [12, 3, 1]
    const told = move()
    expect(passes).toBe(4)
    expect([told, left(told)]).toEqual([state(), 0])
    commit(1)
    expect(state().log).toBeLessThan(told.log)
  })

  it('[C12] under writing that is as fast as it is moved it ends all the same, and tells how much is left', () => {
    const move = movePasses(watched())
    commit(40)
    meanwhile = Array(1_000).fill(12)
    const told = move()
    expect(passes).toBe(2)
    expect(told).toEqual(state())
    expect(left(told)).toBeGreaterThan(12)
  })

  it('[C13] who reads an old state keeps it from being moved: it is tried once more, and again when it is told to', () => {
    const move = movePasses(mover)
    commit(1)
    read()
    commit(20)
    const stuck = left(move())
    expect(stuck).toBeGreaterThan(20)
    expect(left(move())).toBe(stuck)
    reader.exec('COMMIT')
    expect(left(move())).toBe(0)
  })
})
