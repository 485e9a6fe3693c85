/**
 * The thread that moves the write-ahead log into the database: it does so whenever it is told to, and answers each time. It imports
 * nothing but what it takes to open a connection.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { loadSqlite } from './connection.ts'
import { makeDurable } from './durability.ts'
import { movePasses } from './move-passes.ts'

/** What the thread answers: how many pages of the log are in the database now, or SQLite's error. */
export type MoverAnswer =
  | { readonly ok: true; readonly moved: number }
  | { readonly ok: false; readonly code: string; readonly message: string }

const connect = await loadSqlite()
const connection = connect(String(workerData), 'mover')
makeDurable(connection)
const moveAll = movePasses(connection)

function move(): MoverAnswer {
  try {
    return { ok: true, moved: moveAll().checkpointed }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { ok: false, code: 'code' in error ? String(error.code) : '', message: error.message }
  }
}

parentPort?.on('message', (wish: 'move' | 'close') => {
  if (wish === 'move') return parentPort?.postMessage(move())
  connection.close()
  parentPort?.close()
})
