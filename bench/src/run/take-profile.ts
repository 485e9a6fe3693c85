import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Group, Job, PeerName } from '../plan/group.ts'
import { profiledServer } from '../servers/peers.ts'
import { measure } from './measure.ts'
import { type Pinning, UNPINNED } from './pinning.ts'
import { type Profile, profileIn } from './profile.ts'
import type { Stocks } from './stocks.ts'

/** Where one of our servers spent its time in a job. */
export interface TakenProfile {
  readonly group: Group
  readonly job: Job
  /** The server, as the tables call it. */
  readonly server: string
  readonly profiles: readonly Profile[]
}

/**
 * Runs a job once with one of our servers under V8's profiler; the figures of such a run do not count. Null for a server of another kind, and
 * when the run failed, which is told.
 */
export async function takeProfile(
  group: Group,
  job: Job,
  name: PeerName,
  pinning: Pinning,
  stocks: Stocks,
): Promise<TakenProfile | null> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-profile-'))
  try {
    const server = profiledServer(name, folder)
    if (server === null) return null
    console.error(`profile: ${group.id}, ${job.label}, ${name}`)
    await measure(server, job, group.areCoresShared ? UNPINNED : pinning, stocks)
    return { group, job, server: server.label, profiles: profileIn(folder) }
  } catch (error) {
    console.error(`  FAILED: ${error instanceof Error ? error.message : error}`)
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
