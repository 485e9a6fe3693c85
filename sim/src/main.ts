import { parseArgs } from 'node:util'
import { MUTANTS, type MutantName, plant } from './mutants.ts'

const HELP = `npm run sim -- [options]     worlds of Holdfast, each decided by its seed

  --seed <seed>        one seed: what happened in it, and what is left of it when all that does no harm is taken out
  --seeds <count>      so many seeds, from --from on (default 100)
  --from <number>      the first seed (default 1)
  --minutes <minutes>  as many seeds as fit
  --mutant <name>      with a bug planted: ${Object.keys(MUTANTS).join(', ')}
  --first              stop at the first seed that breaks a rule`

/** Runs seeds and tells what they show. Exits 1 when a rule was broken. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      mutant: { type: 'string' },
      first: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  if (values.mutant !== undefined) plant(values.mutant as MutantName)
  // Only now: what is planted has to be there before the product is read.
  const { replay, swarm } = await import('./report.ts')
  if (values.seed !== undefined) return replay(values.seed)
  const minutes = values.minutes === undefined ? null : Number(values.minutes)
  return swarm({ from: Number(values.from), count: Number(values.seeds), minutes, stopsAtFirst: values.first })
}

process.exitCode = await main()
