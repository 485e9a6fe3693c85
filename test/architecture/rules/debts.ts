import type { Node } from 'oxc-parser'
import type { Breach } from '../support/breach.ts'
import { type Source, walk } from '../support/source.ts'

const PROMISES = /\b(TODO|FIXME|XXX|HACK)\b/
const SILENCERS = /@ts-(ignore|expect-error|nocheck)\b|\beslint-disable/
/** A reason must follow the colon. */
const UNREASONED = /biome-ignore(?!-start|-end|-all)[^:]*(:\s*<?(explanation)?>?\s*$|$)/
const TESTS = new Set(['test', 'it', 'describe'])
const SKIPS = new Set(['skip', 'only', 'todo', 'fails', 'skipIf', 'runIf'])

/** Every promise to do it later, every silenced compiler, every lint rule silenced without a reason, every test that does not run. */
export function debtBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap(source => {
    const breaches: Breach[] = []
    const complain = (offset: number, what: string): void => {
      breaches.push({ path: source.path, line: source.lineOf(offset), what })
    }
    for (const { value, start } of source.comments) {
      if (PROMISES.test(value)) complain(start, 'promises to do it later; do it, or say in SPEC.md what is missing')
      if (SILENCERS.test(value)) complain(start, 'silences the compiler; make the types true')
      if (UNREASONED.test(value)) complain(start, 'silences the linter without a reason')
    }
    walk(source.program, node => {
      const name = skipped(node)
      if (name) complain(node.start, `has a test that does not always run (${name})`)
    })
    return breaches
  })
}

function skipped(node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier' || node.computed) return undefined
  const root = rootOf(node.object)
  return TESTS.has(root) && SKIPS.has(node.property.name) ? `${root}.${node.property.name}` : undefined
}

function rootOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name
    case 'MemberExpression':
      return rootOf(node.object)
    default:
      return ''
  }
}
