import { openSqliteLog } from '../../src/log/sqlite/sqlite-log.ts'
import { newFolder } from './folders.ts'
import { roomLogContract } from './room-log-contract.ts'

roomLogContract('a log in SQLite', {
  ephemeral: false,
  async open(platform) {
    const folder = newFolder()
    const log = await openSqliteLog({ dataDir: folder.path, platform })
    const dispose = async () => {
      await log.close()
      folder.remove()
    }
    return { log, dispose }
  },
})
