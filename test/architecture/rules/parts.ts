import type { Breach } from '../support/breach.ts'
import { targetOf } from '../support/modules.ts'
import type { Source } from '../support/source.ts'

/** For a third-party package, the folders and files of our sources that may import it. */
export type Homes = Readonly<Record<string, readonly string[]>>

/** Every import of a package with a home from elsewhere: what one folder knows, one folder can replace. */
export function partBreaches(sources: readonly Source[], homes: Homes): Breach[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const target = targetOf(path, specifier)
      const allowed = target.kind === 'package' ? homes[target.name] : undefined
      if (!allowed || allowed.some(home => path === home || path.startsWith(`${home}/`))) return []
      return [{ path, line, what: `imports ${specifier}, which only ${allowed.join(' and ')} may` }]
    }),
  )
}
