import { Coverage } from './coverage.ts'
import type { Violation } from './history.ts'
import { type Plan, planOf } from './plan.ts'
import { type RunResult, run } from './run.ts'
import { shrink } from './shrink.ts'

/** Violations that are shown of one seed. */
const SHOWN = 5
/** Longest text that is shown of one. */
const SHOWN_LENGTH = 500

/** Runs one seed, tells what happened, and, when a rule was broken, the least of its plan that still breaks it. */
export async function replay(seed: string): Promise<number> {
  const plan = planOf(seed)
  const result = await run(plan)
  console.log(`seed ${seed}: ${plan.steps.length} steps, ${result.events} events in the logs, ${result.hash}`)
  for (const [what, count] of result.coverage.all) console.log(`  ${what}: ${count}`)
  if (result.violations.length === 0) return 0
  tell(result)
  console.log('taking out what does no harm …')
  tellPlan(await shrink(plan, result.violations))
  return 1
}

/** Which seeds to run, and until when. */
export interface SwarmOptions {
  readonly from: number
  readonly count: number
  /** Instead of `count`: as many as fit into this time. */
  readonly minutes: number | null
  readonly stopsAtFirst: boolean
}

/** Runs seed after seed, and tells of those that break a rule. */
export async function swarm({ from, count, minutes, stopsAtFirst }: SwarmOptions): Promise<number> {
  const coverage = new Coverage()
  const startedMs = performance.now()
  let [done, broken] = [0, 0]
  const goesOn = () => (minutes === null ? done < count : performance.now() - startedMs < minutes * 60_000)
  while (goesOn() && !(stopsAtFirst && broken > 0)) {
    const result = await run(planOf(String(from + done)))
    done++
    coverage.add(result.coverage)
    if (result.violations.length > 0) {
      broken++
      tell(result)
    }
  }
  for (const [what, times] of coverage.all) console.log(`  ${what}: ${times}`)
  console.log(`${done} seeds in ${Math.round((performance.now() - startedMs) / 1_000)} s; ${broken} broke a rule`)
  return broken === 0 ? 0 : 1
}

function tell({ seed, violations }: RunResult): void {
  console.log(`seed ${seed} breaks ${rulesOf(violations).join(', ')}; replay it with --seed ${seed}`)
  for (const { rule, atMs, what } of violations.slice(0, SHOWN)) {
    console.log(`  [${rule}] at ${atMs} ms: ${what.slice(0, SHOWN_LENGTH)}`)
  }
}

function tellPlan({ shape, steps }: Plan): void {
  console.log(JSON.stringify(shape))
  for (const step of steps) console.log(JSON.stringify(step))
}

function rulesOf(violations: readonly Violation[]): readonly string[] {
  return [...new Set(violations.map(({ rule }) => rule))]
}
