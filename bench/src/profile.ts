import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Group } from './plan/group.ts'
import { measure } from './run/measure.ts'
import type { Pinning } from './run/pinning.ts'
import { profileIn, profileTable } from './run/profile.ts'
import { holdfastServer } from './servers/holdfast.ts'

/** Runs each of the groups' jobs once with Holdfast under V8's profiler; prints where its time went. The figures of such a run do not count. */
export async function printProfiles(groups: readonly Group[], pinning: Pinning): Promise<void> {
  for (const { title, jobs } of groups) {
    for (const { label, spec } of jobs) {
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-profile-'))
      try {
        await measure(holdfastServer({ profileIn: folder }), spec, pinning)
        console.log(`\n## ${title}: ${label}\n\n${profileTable(profileIn(folder))}`)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  }
}
