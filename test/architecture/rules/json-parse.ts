import type { Breach } from '../support/breach.ts'
import { type Source, walk } from '../support/source.ts'

/** Every `JSON.parse` outside the given file: what comes off the wire has one door. */
export function jsonParseBreaches(sources: readonly Source[], door: string): Breach[] {
  return sources.flatMap(source => {
    const breaches: Breach[] = []
    if (source.path === door) return breaches
    walk(source.program, node => {
      if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || node.object.name !== 'JSON') return
      if (node.property.type !== 'Identifier' || node.property.name !== 'parse') return
      breaches.push({ path: source.path, line: source.lineOf(node.start), what: `parses JSON; only ${door} does` })
    })
    return breaches
  })
}
