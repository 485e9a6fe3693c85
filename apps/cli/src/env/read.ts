import * as v from 'valibot'
import { CommandFailure } from '../failure.ts'
import { ALL_VARIABLES, type Variable } from './variables.ts'

/** The variables of a process. */
export type Env = Readonly<Record<string, string | undefined>>

/** One variable as it stands. */
export interface Reading {
  readonly variable: Variable<unknown>
  /** Its text; null where it is not set and nothing stands for it. */
  readonly text: string | null
  readonly source: 'environment' | 'default'
  /** Why its text is wrong, to be read after its name; null when it is right. */
  readonly wrong: string | null
}

/** Every variable as it stands in `env`. */
export function readAll(env: Env): readonly Reading[] {
  return ALL_VARIABLES.map(variable => {
    const given = env[variable.name]
    const text = given ?? variable.fallback
    return { variable, text, source: given === undefined ? 'default' : 'environment', wrong: wrongWith(variable, text) }
  })
}

/**
 * The value of one variable.
 *
 * @throws CommandFailure that names it, when its text is wrong.
 */
export function valueIn<T, Fallback extends string | null>(
  env: Env,
  variable: Variable<T, Fallback>,
): T | (Fallback extends string ? never : null) {
  const text = env[variable.name] ?? variable.fallback
  // `null` is possible only where `Fallback` is: a conditional type cannot follow that.
  if (text === null) return null as Fallback extends string ? never : null
  const result = v.safeParse(variable.schema, text, { abortEarly: true })
  if (!result.success) throw new CommandFailure(`${variable.name} ${result.issues[0].message}`)
  return result.output
}

function wrongWith(variable: Variable<unknown>, text: string | null): string | null {
  if (text === null) return null
  const result = v.safeParse(variable.schema, text, { abortEarly: true })
  return result.success ? null : result.issues[0].message
}
