import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { roomLogContract } from './room-log-contract.ts'

roomLogContract('a log in memory', {
  ephemeral: false,
  async open(platform) {
    const log = createMemoryLog({ platform })
    return { log, dispose: () => log.close() }
  },
})
