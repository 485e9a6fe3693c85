import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Group } from './plan/group.ts'
import { measure } from './run/measure.ts'
import type { Pinning } from './run/pinning.ts'
import { profileIn, profileTable } from './run/profile.ts'
import { Stocks } from './run/stocks.ts'
import { holdfastServer } from './servers/holdfast.ts'

/** Runs each of the groups' jobs once with Holdfast under V8's profiler; prints where its time went. The figures of such a run do not count. */
export async function printProfiles(groups: readonly Group[], pinning: Pinning): Promise<void> {
  const stocks = new Stocks()
  for (const { title, jobs } of groups) {
    for (const job of jobs) {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-profile-'))
      try {
        await measure(holdfastServer({ profileIn: folder }), job, pinning, stocks)
        console.log(`\n## ${title}: ${job.label}\n\n${profileTable(profileIn(folder))}`)
      } catch (error) {
        console.error(`FAILED: ${title}: ${job.label}: ${error instanceof Error ? error.message : error}`)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  }
  stocks.close()
}
