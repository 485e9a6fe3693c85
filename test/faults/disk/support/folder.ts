import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is the test's own; `remove` at its end. */
export function newFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
