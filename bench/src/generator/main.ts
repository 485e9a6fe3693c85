import { DIALECTS } from '../dialects/dialects.ts'
import { runScenario } from '../scenarios/scenarios.ts'
import type { Task } from './task.ts'

/** The load generator's process: told one task, it answers with what came of it, or why nothing did. */
process.once('disconnect', () => process.exit(1))
process.once('message', ({ dialect, url, pids, spec, loopsFile }: Task) => {
  runScenario({ dialect: DIALECTS[dialect](url), url, pids, loopsFile }, spec).then(
    outcome => process.send?.({ outcome }, () => process.exit(0)),
    error => process.send?.({ error: error instanceof Error ? error.message : String(error) }, () => process.exit(1)),
  )
})
