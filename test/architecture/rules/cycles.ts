import type { Breach } from '../support/breach.ts'
import { targetOf } from '../support/modules.ts'
import type { Source } from '../support/source.ts'

/**
 * Every import that closes a cycle between files, type imports included. Between packages there can be none, because the
 * layers have a direction, so relative imports are all that must be followed.
 */
export function cycleBreaches(sources: readonly Source[]): Breach[] {
  const byPath = new Map(sources.map(source => [source.path, source]))
  const state = new Map<string, 'open' | 'done'>()
  const breaches: Breach[] = []

  const visit = (source: Source, trail: readonly string[]): void => {
    state.set(source.path, 'open')
    const here = [...trail, source.path]
    for (const { specifier, line } of source.imports) {
      const target = targetOf(source.path, specifier)
      const next = target.kind === 'file' ? byPath.get(target.path) : undefined
      if (!next) continue
      if (state.get(next.path) === 'open') {
        const cycle = [...here.slice(here.indexOf(next.path)), next.path].join(' → ')
        breaches.push({ path: source.path, line, what: `closes the import cycle ${cycle}` })
      } else if (!state.has(next.path)) visit(next, here)
    }
    state.set(source.path, 'done')
  }

  for (const source of sources) if (!state.has(source.path)) visit(source, [])
  return breaches
}
