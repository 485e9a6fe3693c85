import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * An absolute path inside the repository.
 *
 * @param {string[]} parts
 */
export function inRoot(...parts) {
  return join(ROOT, ...parts)
}
