import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for one test; `remove` takes it away with all that is in it. */
export function newFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
