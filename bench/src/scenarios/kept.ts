import type { Dialect } from '../dialects/dialect.ts'
import { demandCount } from '../generator/audit.ts'

/** Ends the run when a server whose log is not read back does not keep as many messages as it has acknowledged. */
export async function demandKept({ kept }: Dialect, acknowledged: number): Promise<void> {
  if (kept !== null) demandCount('what the server keeps', await kept(), acknowledged)
}
