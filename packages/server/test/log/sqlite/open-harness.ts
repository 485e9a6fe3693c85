import { openSqliteLog } from '../../../src/log/sqlite/sqlite-log.ts'
import { Harness, TestPlatform } from '../kit.ts'
import { WatchedConnections } from './watched-connect.ts'

/** A log in the folder, over connections that are watched. */
export async function openWatched(folder: string, watched = new WatchedConnections()) {
  const platform = new TestPlatform()
  const faults: unknown[] = []
  const connect = await watched.connect()
  const log = await openSqliteLog({ dataDir: folder, platform, connect, onFault: fault => faults.push(fault) })
  return { h: new Harness({ log, platform, ephemeral: false }), log, watched, faults }
}
