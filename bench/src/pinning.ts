import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * The server gets the first core and the generator the second, so that neither takes the other's time. Where there is no
 * `taskset` or only one core, nothing is pinned, and the report says so.
 */
export interface Pinning {
  /** What to put before the server's command. */
  readonly server: readonly string[]
  readonly description: string
}

export function pinCores(): Pinning {
  if (availableParallelism() < 2 || spawnSync('taskset', ['-p', String(process.pid)]).status !== 0) {
    return { server: [], description: 'not pinned' }
  }
  spawnSync('taskset', ['-a', '-cp', '1', String(process.pid)])
  return { server: ['taskset', '-c', '0'], description: 'server on one core, generator on the other' }
}
