import type { Node } from 'oxc-parser'
import type { Breach } from '../support/breach.ts'
import { type Source, walk } from '../support/source.ts'

const GLOBALS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'])

/** Calls reached through an object, wherever that object comes from (`globalThis.performance.now` ends the same way). */
const MEMBERS =
  /^(Date\.now|performance\.now|process\.hrtime|Math\.random|AbortSignal\.timeout|crypto\.(random\w*|getRandomValues))$/

/** Node modules that give the same things under another name. */
const MODULES: Readonly<Record<string, RegExp>> = {
  'node:timers': /./,
  'node:timers/promises': /./,
  'node:perf_hooks': /^performance$/,
  'node:crypto': /^(random\w*|getRandomValues|webcrypto)$/,
}

/**
 * Every use of the clock, a timer or randomness. Machines, the fold and the core get them handed in (`Clock`, `Scheduler`,
 * `Random`), so that a test decides them and a run can be repeated; only adapter files may touch the real ones.
 */
export function ambientBreaches(sources: readonly Source[], adapters: ReadonlySet<string>): Breach[] {
  return sources.flatMap(source => {
    if (adapters.has(source.path)) return []
    const breaches: Breach[] = []
    const complain = (line: number, name: string): void => {
      breaches.push({ path: source.path, line, what: `uses ${name}; take a Clock, Scheduler or Random instead` })
    }
    walk(source.program, (node, parent) => {
      const name = ambientName(node, parent)
      if (name !== undefined) complain(source.lineOf(node.start), name)
    })
    for (const { specifier, names, line } of source.imports) {
      const forbidden = MODULES[specifier]
      const name = forbidden && (names.length === 0 ? specifier : names.find(each => forbidden.test(each)))
      if (name) complain(line, `${name} of ${specifier}`)
    }
    return breaches
  })
}

function ambientName(node: Node, parent: Node | undefined): string | undefined {
  switch (node.type) {
    case 'Identifier':
      return GLOBALS.has(node.name) && refersToGlobal(node, parent) ? node.name : undefined
    case 'MemberExpression': {
      const name = `${lastNameOf(node.object)}.${lastNameOf(node.property)}`
      if (MEMBERS.test(name)) return name
      return lastNameOf(node.object) === 'globalThis' && GLOBALS.has(lastNameOf(node.property)) ? name : undefined
    }
    case 'NewExpression':
      return lastNameOf(node.callee) === 'Date' && node.arguments.length === 0 ? 'new Date()' : undefined
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Date' ? 'Date()' : undefined
    default:
      return undefined
  }
}

/** Not a field or method of that name (`scheduler.setTimeout`, `{ setTimeout: … }`), and not `typeof setTimeout` in a type. */
function refersToGlobal(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed
    case 'Property':
      return parent.value === node
    case 'PropertyDefinition':
    case 'MethodDefinition':
      return parent.key !== node
    case 'TSTypeQuery':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return false
    default:
      return true
  }
}

function lastNameOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name
    case 'MemberExpression':
      return lastNameOf(node.property)
    default:
      return ''
  }
}
