import { parseArgs } from 'node:util'
import { huntAll } from './hunt.ts'
import { MUTANTS, plant } from './mutants.ts'
import { optionsOf } from './options.ts'

const HELP = `npm run sim -- [options]     worlds of Holdfast, each decided by its seed

  --seed <seed>        one seed: what happened in it, and, when it breaks a rule, the least of it that still does, and how
  --trace              with --seed: all that happened in it, line by line
  --seeds <count>      so many seeds, from --from on (default 100; 300 to look for a planted bug)
  --from <number>      the first seed (default 1; with --minutes it is drawn, and told)
  --minutes <minutes>  as many seeds as fit
  --first              stop at the first seed that breaks a rule
  --until <rule>       stop at the first seed that breaks this rule
  --mutant <name>      with a bug planted, until a seed breaks its rule: ${Object.keys(MUTANTS).join(', ')}
  --mutants            look for each planted bug, and tell in which seed its rule is first seen broken

Exits 1 when a rule was broken, or when 300 seeds or more have not met what they should; with a bug planted, when no seed breaks its rule;
and when nothing was run.`

/** Runs seeds and tells what they show. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      seeds: { type: 'string' },
      from: { type: 'string' },
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
  const options = optionsOf(values)
  const { mutant } = options
  if (values.mutants) return huntAll(options.count)
  if (mutant !== null) plant(mutant)
  // Only now: what is planted has to be there before the product is read.
  const { replay, swarm } = await import('./report.ts')
  if (values.seed !== undefined) return replay({ seed: values.seed, isTraced: values.trace, mutant })
  return swarm(options)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Error) || !error.message.startsWith('unable to')) throw error
  console.error(error.message)
  process.exitCode = 1
}
