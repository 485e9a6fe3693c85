import type { Group, Job, PeerName } from '../plan/group.ts'
import type { Outcome } from '../scenarios/scenario.ts'
import type { Peer } from '../servers/peer.ts'
import { measure } from './measure.ts'
import type { Pinning } from './pinning.ts'
import type { Measured } from './results.ts'

/** One job against one server, and what its rounds have come to so far. */
interface Entry {
  readonly group: Group
  readonly job: Job
  readonly peer: Peer
  readonly outcomes: Outcome[]
  readonly failures: string[]
}

/** Every job against every server that is here, all of them once a round: what the machine does meanwhile hits all alike. */
export async function runRounds(
  groups: readonly Group[],
  peers: ReadonlyMap<PeerName, Peer>,
  rounds: number,
  pinning: Pinning,
): Promise<readonly Measured[]> {
  const entries = groups.flatMap(group => group.jobs.flatMap(job => entriesOf(group, job, peers)))
  for (let round = 1; round <= rounds; round++) {
    const due = entries.filter(({ group }) => round <= (group.rounds ?? rounds))
    for (const [i, entry] of due.entries()) {
      console.error(
        `round ${round}/${rounds}, ${i + 1}/${due.length}: ${entry.group.id}, ${entry.job.label}, ${entry.peer.name}`,
      )
      await once(entry, pinning)
    }
  }
  return entries.map(({ group, job, peer, outcomes, failures }) => {
    return { group, job, peer: peer.label, outcomes, failures }
  })
}

function entriesOf(group: Group, job: Job, peers: ReadonlyMap<PeerName, Peer>): Entry[] {
  return job.peers.flatMap(name => {
    const peer = peers.get(name)
    return peer === undefined ? [] : [{ group, job, peer, outcomes: [], failures: [] }]
  })
}

async function once({ group, job, peer, outcomes, failures }: Entry, pinning: Pinning): Promise<void> {
  try {
    const outcome = await measure(peer, job.spec, pinning)
    outcomes.push(outcome)
    const first = group.columns[0]
    if (first !== undefined) console.error(`  ${first.label}: ${outcome.figures[first.figure]?.toPrecision(4)}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.error(`  FAILED: ${reason}`)
    failures.push(reason)
  }
}
