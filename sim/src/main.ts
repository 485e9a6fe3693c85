import { parseArgs } from 'node:util'
import { huntAll } from './hunt.ts'
import { MUTANTS, mutantOf, plant } from './mutants.ts'
import { optionsOf } from './options.ts'
import { readPin } from './pin.ts'

const HELP = `npm run sim -- [options]     worlds of Holdfast, each decided by its seed

  --seed <seed>        one seed: what happened in it, and, when it breaks a rule, the least of it that still does, and how
  --trace              with --seed: all that happened in it, line by line
  --plan <file>        one world that is kept in sim/seeds, with all that happened in it
  --broken             with --plan: with the bug that it showed put back
  --pin <file>         with --seed: keeps the least of it that still breaks a rule
  --seeds <count>      so many seeds, from --from on (default 100; 300 to look for a planted bug)
  --from <number>      the first seed (default 1; with --minutes it is drawn, and told)
  --minutes <minutes>  as many seeds as fit
  --first              stop at the first seed that breaks a rule
  --rule <rule>        look for this rule alone, and stop at the first seed that breaks it; with --seed: shrink to it
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
      rule: { type: 'string' },
      plan: { type: 'string' },
      broken: { type: 'boolean', default: false },
      pin: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const options = optionsOf(values)
  const { mutant, rule } = options
  if (values.mutants) return huntAll(options.count)
  const pin = values.plan === undefined ? null : readPin(values.plan)
  if (mutant !== null) plant(mutantOf(mutant))
  if (values.broken && pin !== null) plant(pin.bug)
  // Only now: what is planted has to be there before the product is read.
  const { callOf, replay, swarm } = await import('./report.ts')
  if (pin !== null) {
    const call = `--plan ${values.plan}${values.broken ? ' --broken' : ''}`
    return replay({ plan: pin.plan, isTraced: true, call, rule, pin: null })
  }
  if (values.seed === undefined) return swarm(options)
  const { planOf } = await import('./plan.ts')
  const call = callOf(values.seed, mutant)
  return replay({ plan: planOf(values.seed), isTraced: values.trace, call, rule, pin: values.pin ?? null })
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Error) || !error.message.startsWith('unable to')) throw error
  console.error(error.message)
  process.exitCode = 1
}
