import type { Group } from './plan/group.ts'
import { profileTables } from './report/profile-table.ts'
import type { Pinning } from './run/pinning.ts'
import { Stocks } from './run/stocks.ts'
import { takeProfile } from './run/take-profile.ts'

/** Prints where Holdfast spends its time in each of the groups' jobs, in each setting that the job has. */
export async function printProfiles(groups: readonly Group[], pinning: Pinning): Promise<void> {
  const stocks = new Stocks()
  for (const group of groups) {
    for (const job of group.jobs) {
      for (const name of job.peers) {
        const taken = await takeProfile(group, job, name, pinning, stocks)
        if (taken !== null) console.log(profileTables(taken))
      }
    }
  }
  stocks.close()
}
