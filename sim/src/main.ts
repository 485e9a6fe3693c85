import { parseArgs } from 'node:util'
import { huntAll } from './hunt.ts'
import { MUTANTS, plant } from './mutants.ts'

const HELP = `npm run sim -- [options]     worlds of Holdfast, each decided by its seed

  --seed <seed>        one seed: what happened in it, and, when it breaks a rule, the least of it that still does, and how
  --trace              with --seed: all that happened in it, line by line
  --seeds <count>      so many seeds, from --from on (default 100)
  --from <number>      the first seed (default 1)
  --minutes <minutes>  as many seeds as fit
  --first              stop at the first seed that breaks a rule
  --until <rule>       stop at the first seed that breaks this rule
  --mutant <name>      with a bug planted: ${Object.keys(MUTANTS).join(', ')}
  --mutants            look for each planted bug, and tell in which seed its rule is first seen broken

Exits 1 when a rule was broken, or when 300 seeds or more have not met what they should.`

/** Runs seeds and tells what they show. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
      first: { type: 'boolean', default: false },
      until: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const count = Number(values.seeds)
  if (values.mutants) return huntAll(count)
  const mutant = values.mutant ?? null
  if (mutant !== null) plant(mutant)
  // Only now: what is planted has to be there before the product is read.
  const { replay, swarm } = await import('./report.ts')
  if (values.seed !== undefined) return replay({ seed: values.seed, isTraced: values.trace, mutant })
  const minutes = values.minutes === undefined ? null : Number(values.minutes)
  const until = values.until ?? (values.first ? 'any' : null)
  return swarm({ from: Number(values.from), count, minutes, until, mutant })
}

process.exitCode = await main()
