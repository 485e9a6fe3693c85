import type { Violation } from './history.ts'
import type { Plan, Step } from './plan.ts'
import { run } from './run.ts'

/** Most runs that shrinking takes. */
const MAX_RUNS = 300

/**
 * The least of a plan that still breaks one of the rules that it broke: takes steps out, half of them at a time, then quarters, and so
 * on (ddmin, Zeller 2002). Steps name what they choose by numbers of their own, so that taking one out changes no other.
 */
export async function shrink(plan: Plan, violations: readonly Violation[]): Promise<Plan> {
  const rules = new Set(violations.map(({ rule }) => rule))
  let runs = 0
  const isBroken = async (steps: readonly Step[]) => {
    runs++
    const result = await run({ ...plan, steps })
    return result.violations.some(({ rule }) => rules.has(rule))
  }
  let steps = plan.steps
  for (let parts = 2; parts <= steps.length * 2 && runs < MAX_RUNS; ) {
    const less = await withoutOnePart(steps, parts, isBroken)
    if (less === null) parts *= 2
    else {
      steps = less
      parts = Math.max(2, parts - 1)
    }
  }
  return { ...plan, steps }
}

/** `steps` without one of so many parts of it that is not needed; null when each is. */
async function withoutOnePart(
  steps: readonly Step[],
  parts: number,
  isBroken: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[] | null> {
  const size = Math.ceil(steps.length / parts)
  for (let start = 0; start < steps.length; start += size) {
    const less = [...steps.slice(0, start), ...steps.slice(start + size)]
    if (less.length < steps.length && (await isBroken(less))) return less
  }
  return null
}
