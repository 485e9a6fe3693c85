import type { Breach } from '../support/breach.ts'
import { type Source, walk } from '../support/source.ts'

/** Every re-export outside a package's entries (its `index.ts`, and `testing.ts` where it has one): a name has one home, and is imported from there. */
export function barrelBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap(source => {
    const breaches: Breach[] = []
    if (/^packages\/[^/]+\/src\/(index|testing)\.ts$/.test(source.path)) return breaches
    walk(source.program, node => {
      if (node.type !== 'ExportAllDeclaration' && !(node.type === 'ExportNamedDeclaration' && node.source)) return
      breaches.push({
        path: source.path,
        line: source.lineOf(node.start),
        what: 're-exports; only a src/index.ts or src/testing.ts may',
      })
    })
    return breaches
  })
}
