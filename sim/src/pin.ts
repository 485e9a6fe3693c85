import { readFileSync, writeFileSync } from 'node:fs'
import type { Edit } from './mutants/mutant.ts'
import type { Plan, Step } from './plan.ts'

/** A world that has broken a rule once, as it was when nothing more could be taken out of it. It stays, whatever becomes of the generator. */
export interface Pin {
  /** What was wrong, in one line. */
  readonly why: string
  /** The rule that it broke, by its id in SPEC.md. */
  readonly rule: string
  /** When it was found. */
  readonly found: string
  /** What puts the bug back: with it the world breaks its rule still. A pin that does not tell it says less every time the product changes. */
  readonly bug: Edit
  readonly plan: Plan
}

/**
 * What a file of `sim/seeds` holds.
 *
 * @throws Error when it is not one of them.
 */
export function readPin(path: string): Pin {
  const pin = parsed(path)
  if (typeof pin.plan?.seed === 'string' && Array.isArray(pin.plan.steps)) return pin
  throw new Error(`unable to run ${path}; it holds no plan`)
}

function parsed(path: string): Pin {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`unable to run ${path}; ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Writes one, a step in a line. */
export function writePin(path: string, { plan, ...told }: Pin): void {
  const { steps, ...world } = plan
  const lines = steps.map(step => `      ${spaced(step)}`).join(',\n')
  const head = JSON.stringify({ ...told, plan: world }, null, 2).slice(0, -'\n  }\n}'.length)
  writeFileSync(path, `${head},\n    "steps": [\n${lines}\n    ]\n  }\n}\n`)
}

/** As JSON in one line, to be read. */
function spaced(step: Step): string {
  const fields = Object.entries(step).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  return `{ ${fields.join(', ')} }`
}
