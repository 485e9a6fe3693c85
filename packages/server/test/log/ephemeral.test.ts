import { newFolder } from './folders.ts'
import { type LogKind, roomLogContract } from './room-log-contract.ts'
import { openStoredLog } from './stored-log.ts'

const open: LogKind['open'] = async platform => {
  const folder = newFolder()
  const log = await openStoredLog({ dataDir: folder.path, platform })
  const dispose = async () => {
    await log.close()
    folder.remove()
  }
  return { log, dispose }
}

roomLogContract('ephemeral rooms beside stored ones', { open, ephemeral: true })
roomLogContract('stored rooms beside ephemeral ones', { open, ephemeral: false })
