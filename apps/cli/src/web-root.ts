import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that the web app is built into; null when the web app's package is not installed. It may not be built yet. */
export function webRoot(): string | null {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('@holdfast/web/package.json'))), 'dist')
  } catch {
    return null
  }
}
