import { type Comment, type Node, type Program, parseSync, visitorKeys } from 'oxc-parser'

/** One file's import of another module, by whatever syntax: static, re-export, dynamic, or `import('…')` in a type. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** The names taken from the module, as the module calls them. Empty for `import 'x'`, `* as`, and dynamic ones. */
  readonly names: readonly string[]
}

/** A parsed source file. `path` is relative to the repository's root, with forward slashes. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly lineCount: number
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly imports: readonly Import[]
  lineOf(offset: number): number
}

/** Visits every node, types included, parents before children. */
export function walk(root: Node, visit: (node: Node, parent: Node | undefined) => void): void {
  const descend = (node: Node, parent: Node | undefined): void => {
    visit(node, parent)
    const fields = node as unknown as Readonly<Record<string, unknown>>
    for (const key of visitorKeys[node.type] ?? []) {
      for (const child of [fields[key]].flat()) {
        if (isNode(child)) descend(child, node)
      }
    }
  }
  descend(root, undefined)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Parses TypeScript, TSX or JavaScript, by the path's extension. Throws if the text does not parse. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  const [error] = errors
  if (error) throw new Error(`unable to parse ${path}; ${error.message}`)
  const lineOf = lineFinder(text)
  const lineCount = text === '' ? 0 : lineOf(text.endsWith('\n') ? text.length - 1 : text.length)
  return { path, text, lineCount, program, comments, imports: importsOf(program, lineOf), lineOf }
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return offset => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function importsOf(program: Program, lineOf: (offset: number) => number): Import[] {
  const imports: Import[] = []
  walk(program, node => {
    const found = importIn(node)
    if (found) imports.push({ ...found, line: lineOf(node.start) })
  })
  return imports
}

function importIn(node: Node): Omit<Import, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration': {
      const names = node.specifiers.flatMap(one => (one.type === 'ImportSpecifier' ? [nameOf(one.imported)] : []))
      return { specifier: node.source.value, names }
    }
    case 'ExportNamedDeclaration':
      if (!node.source) return undefined
      return { specifier: node.source.value, names: node.specifiers.map(one => nameOf(one.local)) }
    case 'ExportAllDeclaration':
      return { specifier: node.source.value, names: [] }
    case 'ImportExpression':
    case 'TSImportType': {
      const source: Node = node.source
      return source.type === 'Literal' && typeof source.value === 'string'
        ? { specifier: source.value, names: [] }
        : undefined
    }
    default:
      return undefined
  }
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'Literal' ? String(node.value) : ''
}
