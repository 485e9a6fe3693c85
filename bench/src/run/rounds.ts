import { tmpdir } from 'node:os'
import type { Group, Job, PeerName } from '../plan/group.ts'
import type { Outcome } from '../scenarios/scenario.ts'
import type { Peer } from '../servers/peer.ts'
import { ROOT } from '../servers/spawned.ts'
import { measure } from './measure.ts'
import { type Pinning, UNPINNED } from './pinning.ts'
import type { Measured } from './results.ts'
import { Stocks } from './stocks.ts'
import { type TakenProfile, takeProfile } from './take-profile.ts'

const MS_A_S = 1_000
const MS_A_MINUTE = 60_000
/** What a run takes when nothing is known of it yet, as those of a whole run did on average: measuring, and starting and filling what it needs. */
const USUAL_RUN_MS = 8_700

/** One job against one server, and what its rounds have come to so far. */
interface Entry {
  readonly group: Group
  readonly job: Job
  readonly peer: Peer
  readonly outcomes: Outcome[]
  readonly failures: string[]
  /** How long its last run took. Milliseconds; null: it has not run yet. */
  tookMs: number | null
}

/** Every job against every server, all of them once a round: what the machine does meanwhile hits all alike. */
export class Rounds {
  readonly #entries: readonly Entry[]
  readonly #rounds: number
  readonly #pinning: Pinning

  constructor(groups: readonly Group[], peers: ReadonlyMap<PeerName, Peer>, rounds: number, pinning: Pinning) {
    this.#entries = groups.flatMap(group => group.jobs.flatMap(job => entriesOf(group, job, peers)))
    this.#rounds = rounds
    this.#pinning = pinning
  }

  /** What there is so far. */
  get measured(): readonly Measured[] {
    return this.#entries.map(({ group, job, peer, outcomes, failures }) => {
      return { group, job, peer: peer.label, outcomes, failures }
    })
  }

  /** When all is measured: what the time went into, where that is asked. `onTaken` is called for each. */
  async profile(onTaken: (taken: TakenProfile) => void): Promise<void> {
    const stocks = new Stocks()
    for (const { group, job, peer } of this.#entries.filter(isProfiled)) {
      const taken = await takeProfile(group, job, peer.name, this.#pinning, stocks)
      if (taken !== null) onTaken(taken)
    }
    stocks.close()
  }

  /** Runs all rounds; a run that fails is told, and the rest goes on. `onRound` is called after each. */
  async run(onRound: () => void): Promise<void> {
    const stocks = new Stocks()
    for (let round = 1; round <= this.#rounds; round++) {
      const due = this.#due(round)
      for (const [i, entry] of due.entries()) {
        const what = `${entry.group.id}, ${entry.job.label}, ${entry.peer.name}`
        const left = this.#minutesLeft(round, i).toFixed(0)
        console.error(`round ${round}/${this.#rounds}, ${i + 1}/${due.length}, about ${left} min left: ${what}`)
        await once(entry, entry.group.areCoresShared ? UNPINNED : this.#pinning, stocks)
      }
      onRound()
    }
    stocks.close()
  }

  #due(round: number): readonly Entry[] {
    return this.#entries.filter(({ group, job }) => round <= (job.rounds ?? group.rounds ?? this.#rounds))
  }

  /** By how long each run took the last time, from this one of this round on. */
  #minutesLeft(round: number, from: number): number {
    const later = Array.from({ length: this.#rounds - round }, (_, i) => this.#due(round + 1 + i)).flat()
    const left = [...this.#due(round).slice(from), ...later, ...this.#entries.filter(isProfiled)]
    return left.reduce((ms, { tookMs }) => ms + (tookMs ?? USUAL_RUN_MS), 0) / MS_A_MINUTE
  }
}

function isProfiled({ job, peer }: Entry): boolean {
  return job.profiled?.includes(peer.name) ?? false
}

function entriesOf(group: Group, job: Job, peers: ReadonlyMap<PeerName, Peer>): Entry[] {
  return job.peers.flatMap(name => {
    const peer = peers.get(name)
    return peer === undefined ? [] : [{ group, job, peer, outcomes: [], failures: [], tookMs: null }]
  })
}

async function once(entry: Entry, pinning: Pinning, stocks: Stocks): Promise<void> {
  const { group, job, peer, outcomes, failures } = entry
  const begun = performance.now()
  const took = () => `(${((performance.now() - begun) / MS_A_S).toFixed(1)} s)`
  try {
    const outcome = await measure(peer, job, pinning, stocks)
    outcomes.push(outcome)
    const first = group.columns[0]
    if (first !== undefined)
      console.error(`  ${first.label}: ${outcome.figures[first.figure]?.toPrecision(4)} ${took()}`)
  } catch (error) {
    const reason = withoutPaths(error instanceof Error ? error.message : String(error))
    console.error(`  FAILED: ${error instanceof Error ? error.message : error} ${took()}`)
    failures.push(reason)
  }
  entry.tookMs = performance.now() - begun
}

/** The first line, without what is of this machine alone. */
function withoutPaths(reason: string): string {
  const [line = ''] = reason.split('\n')
  return line.replaceAll(ROOT, '.').replaceAll(tmpdir(), '')
}
