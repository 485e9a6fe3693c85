import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * The server gets the first core and the generator the second, so that neither takes the other's time. Where there is no
 * `taskset` or only one core, nothing is pinned, and the results say so.
 */
export interface Pinning {
  /** What to put before the server's command. */
  readonly server: readonly string[]
  readonly generator: readonly string[]
  readonly description: string
}

/** Server and generator on whatever core is free: for what needs all of them. */
export const UNPINNED: Pinning = { server: [], generator: [], description: 'nothing pinned' }

export function pinCores(): Pinning {
  if (availableParallelism() < 2 || spawnSync('taskset', ['-p', String(process.pid)]).status !== 0) {
    return UNPINNED
  }
  return {
    server: ['taskset', '-c', '0'],
    generator: ['taskset', '-c', '1'],
    description: 'server pinned to one core, generator to the other',
  }
}
