import { Coverage } from './coverage.ts'
import type { Violation } from './history.ts'
import type { SwarmOptions } from './options.ts'
import { writePin } from './pin.ts'
import { type Plan, planOf } from './plan.ts'
import { type RunResult, run } from './run.ts'
import { shrink } from './shrink.ts'
import { ENOUGH_SEEDS, missingOf } from './sometimes.ts'

/** Violations that are shown of one seed. */
const SHOWN = 5
/** Longest text that is shown of one. */
const SHOWN_LENGTH = 500
/** Lines of a trace that are shown of what led to a violation. */
const SHOWN_LINES = 80

/** What is to be told of one world. */
export interface ReplayOptions {
  readonly plan: Plan
  /** All that happened in it, line by line, instead of the least that breaks a rule. */
  readonly isTraced: boolean
  /** The options that run it again. */
  readonly call: string
  /** Of what it breaks, this alone is shrunk to; null: what it breaks first. */
  readonly rule: string | null
  /** The file that keeps the least of it; null: none. */
  readonly pin: string | null
}

/** Runs one world, tells what happened, and, when a rule was broken, the least of its plan that still breaks it, and how. */
export async function replay({ plan, isTraced, call, rule, pin }: ReplayOptions): Promise<number> {
  const result = await run(plan, isTraced ? Number.POSITIVE_INFINITY : undefined)
  if (isTraced) for (const line of result.trace.lines) console.log(line)
  console.log(`seed ${plan.seed}: ${plan.steps.length} steps, ${result.events} events in the logs, ${result.hash}`)
  for (const [what, count] of result.coverage.all) console.log(`  ${what}: ${count}`)
  const sought = rule === null ? result.violations[0] : result.violations.find(found => found.rule === rule)
  if (sought === undefined) return 0
  tell(result, call)
  if (isTraced) return 1
  console.log(`taking out what is not needed to break ${sought.rule} …`)
  const least = await shrink(plan, sought.rule)
  tellPlan(least)
  const { violations, trace } = await run(least)
  console.log('which breaks, and the last that happened before it:')
  tellViolations(violations.slice(0, 1))
  for (const line of trace.lines.slice(-SHOWN_LINES)) console.log(line)
  if (pin !== null)
    writePin(pin, { why: '', rule: sought.rule, found: '', bug: { file: '', find: '', replace: '' }, plan: least })
  return 1
}

/** Runs seed after seed, and tells of those that break a rule, and of what has not happened in all of them though it should. */
export async function swarm({ from, count, minutes, rule, isFirst, mutant }: SwarmOptions): Promise<number> {
  const coverage = new Coverage()
  const startedMs = performance.now()
  console.log(`from seed ${from} on`)
  let [done, broken, isFound] = [0, 0, false]
  const goesOn = () => (minutes === null ? done < count : performance.now() - startedMs < minutes * 60_000)
  while (goesOn() && !isFound) {
    const result = await run(planOf(String(from + done)))
    done++
    coverage.add(result.coverage)
    if (result.violations.length === 0) continue
    if (rule !== null && !result.violations.some(found => found.rule === rule)) continue
    broken++
    tell(result, callOf(result.seed, mutant))
    isFound = isFirst
  }
  if (!isFirst) for (const [what, times] of coverage.all) console.log(`  ${what}: ${times}`)
  if (mutant !== null && !isFound) console.log(`${mutant} breaks ${rule} in none of them`)
  console.log(`${done} seeds in ${Math.round((performance.now() - startedMs) / 1_000)} s; ${broken} broke a rule`)
  const missing = done >= ENOUGH_SEEDS && mutant === null ? missingOf(coverage) : []
  if (missing.length > 0) console.log(`none of them has met what should be met: ${missing.join(', ')}`)
  // A bug that was planted has to be seen by the rule that it breaks.
  if (mutant !== null) return isFound ? 0 : 1
  return done > 0 && broken === 0 && missing.length === 0 ? 0 : 1
}

/** The options that run a seed again; `mutant`: with this bug planted. */
export function callOf(seed: string, mutant: string | null): string {
  return mutant === null ? `--seed ${seed}` : `--seed ${seed} --mutant ${mutant}`
}

function tell({ seed, violations }: RunResult, call: string): void {
  console.log(`seed ${seed} breaks ${rulesOf(violations).join(', ')}; replay it with npm run sim -- ${call}`)
  tellViolations(violations.slice(0, SHOWN))
}

function tellViolations(violations: readonly Violation[]): void {
  for (const { rule, atMs, what } of violations) {
    console.log(`  [${rule}] at ${atMs} ms: ${what.slice(0, SHOWN_LENGTH)}`)
  }
}

/** As it could be run anywhere: the plan is all that decides a world. */
function tellPlan({ shape, steps }: Plan): void {
  console.log(JSON.stringify(shape))
  for (const step of steps) console.log(JSON.stringify(step))
}

function rulesOf(violations: readonly Violation[]): readonly string[] {
  return [...new Set(violations.map(({ rule }) => rule))]
}
