import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { catalogue } from './plan/catalogue.ts'
import type { Group } from './plan/group.ts'
import { FULL, QUICK } from './plan/scale.ts'
import { printProfiles } from './profile.ts'
import { environment } from './report/environment.ts'
import { page, write } from './report/write.ts'
import { pinCores } from './run/pinning.ts'
import { runRounds } from './run/rounds.ts'
import { peersWith } from './servers/peers.ts'

const USAGE = `npm run bench -- [options]
  --quick          smaller numbers and one round: a look in a few minutes
  --only a,b       these groups alone: GROUPS
  --peers a,b      these servers alone: PEERS
  --rounds N       default 3, with --quick 1
  --seconds N      how long each load is measured; default 5, with --quick 1.5
  --centrifugo URL a running Centrifugo, as ws://127.0.0.1:8000; --nats URL a running NATS: bench/README.md says how
  --profile        where Holdfast spends its time in each of the chosen groups, and no figures
  --write          write tables, plots and figures to bench/results/<date>/`

const RESULTS = fileURLToPath(new URL('../results', import.meta.url))

/** Those of `all` that the option names. @throws Error when it names one that is not there. */
function chosen<T>(all: readonly T[], nameOf: (item: T) => string, option: string | undefined): readonly T[] {
  if (option === undefined) return all
  return option.split(',').map(name => {
    const found = all.find(item => nameOf(item) === name)
    if (found === undefined)
      throw new Error(`unable to measure; there is no "${name}" among ${all.map(nameOf).join(', ')}`)
    return found
  })
}

function scaleOf(isQuick: boolean, seconds: string | undefined) {
  const scale = isQuick ? QUICK : FULL
  if (seconds === undefined) return scale
  const ms = Number(seconds) * 1_000
  if (!(ms > 0)) throw new Error('unable to measure; --seconds must be a number above zero')
  return { ...scale, ms, latencyMs: ms }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      centrifugo: { type: 'string' },
      nats: { type: 'string' },
      profile: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const all = catalogue(scaleOf(values.quick, values.seconds))
  const known = [...peersWith(values)]
  if (values.help) {
    const names = USAGE.replace('GROUPS', all.map(({ id }) => id).join(', '))
    console.log(names.replace('PEERS', known.map(([name]) => name).join(', ')))
    return 0
  }
  const groups: readonly Group[] = chosen(all, ({ id }) => id, values.only)
  const peers = new Map(chosen(known, ([name]) => name, values.peers))
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
  const pinning = pinCores()
  if (values.profile) {
    await printProfiles(groups, pinning)
    return 0
  }
  const measured = await runRounds(groups, peers, rounds, pinning)
  const results = {
    environment: environment(pinning.description, process.argv.slice(2), new Date()),
    rounds,
    groups,
    peers: [...peers.values()],
    measured,
  }
  console.log(page(results))
  if (values.write) console.error(`written to ${write(RESULTS, results)}`)
  return measured.some(({ failures }) => failures.length > 0) ? 1 : 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.exitCode = await main()
