import { globSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { parseSource, type Source } from './source.ts'

/** The repository's root folder. */
export const ROOT = resolve(import.meta.dirname, '../../..')

/** Folders that hold no source of ours, wherever they are. */
const NOT_OURS = ['**/node_modules/**', '**/dist/**', '**/.generated/**', '.tools/**', '.git/**']

const parsed = new Map<string, Source>()

/** Parses the files of the repository that match; each file is parsed once. Throws if nothing matches: a rule over nothing proves nothing. */
export function sources(...globs: readonly string[]): Source[] {
  const paths = globSync(globs, { cwd: ROOT, exclude: NOT_OURS })
    .map(path => path.split(sep).join('/'))
    .filter(path => !path.endsWith('.d.ts'))
    .sort()
  if (paths.length === 0) throw new Error(`unable to check ${globs.join(', ')}; no file matches`)
  return paths.map(path => {
    const source = parsed.get(path) ?? parseSource(path, read(path))
    parsed.set(path, source)
    return source
  })
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
