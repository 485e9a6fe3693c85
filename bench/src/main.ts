import { parseArgs } from 'node:util'
import { measureAll } from './measuring.ts'
import { catalogue } from './plan/catalogue.ts'
import { FULL, QUICK, type Scale } from './plan/scale.ts'
import { printProfiles } from './profile.ts'
import { pinCores } from './run/pinning.ts'
import { peersWith } from './servers/peers.ts'

const USAGE = `npm run bench -- [options]     everything: about half an hour
  --quick          smaller numbers and one round: a look in a few minutes
  --only a,b       these groups alone: GROUPS
  --peers a,b      these servers alone: PEERS
  --rounds N       default 3, with --quick 1
  --seconds N      how long each load is measured; default 3 (latencies: 8), with --quick 1.5 (3)
  --centrifugo URL a running Centrifugo, as ws://127.0.0.1:8000; --nats URL a running NATS: bench/README.md says how
  --profile        where Holdfast spends its time in each of the chosen groups, and no figures
  --write          write tables, plots and figures after each round and when it is ended early: to bench/results/<date>/, or <date>-2
                   and so on where there is one already`
const ROUNDS = 3

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

function scaleOf(isQuick: boolean, seconds: string | undefined): Scale {
  const scale = isQuick ? QUICK : FULL
  if (seconds === undefined) return scale
  const ms = Number(seconds) * 1_000
  if (!(ms > 0)) throw new Error('unable to measure; --seconds must be a number above zero')
  return { ...scale, ms, latencyMs: ms }
}

/** @throws Error when it is not a whole number above zero. */
function roundsOf(isQuick: boolean, option: string | undefined): number {
  if (option === undefined) return isQuick ? 1 : ROUNDS
  const rounds = Number(option)
  if (!(Number.isSafeInteger(rounds) && rounds > 0)) {
    throw new Error('unable to measure; --rounds must be a whole number above zero')
  }
  return rounds
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
  const groups = chosen(all, ({ id }) => id, values.only)
  const peers = chosen(known, ([name]) => name, values.peers)
  const rounds = roundsOf(values.quick, values.rounds)
  const pinning = pinCores()
  if (values.profile) {
    await printProfiles(groups, pinning)
    return 0
  }
  return (await measureAll({ groups, peers, rounds, pinning, isWritten: values.write })) ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.exitCode = await main()
