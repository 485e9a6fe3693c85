import type { Check } from './deps.ts'

/** Runs each check, by the name of what it looks at; one that rejects is not ok, and says why. */
export function runChecks(checks: Readonly<Record<string, () => Promise<void>>>): Promise<readonly Check[]> {
  return Promise.all(Object.entries(checks).map(([name, check]) => run(name, check)))
}

async function run(name: string, check: () => Promise<void>): Promise<Check> {
  try {
    await check()
    return { name, ok: true }
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
