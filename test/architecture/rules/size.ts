import type { Breach } from '../support/breach.ts'
import { type Source, walk } from '../support/source.ts'

/** A source file fits in a few screens; a test file may be somewhat longer, as it lists cases. */
export const MAX_FILE_LINES = 300
export const MAX_TEST_FILE_LINES = 400
/** A function is read in one go. Test suites are exempt: a `describe` is a function only by accident. */
export const MAX_FUNCTION_LINES = 60

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Whether a file is a test or serves only tests. */
function isTest(path: string): boolean {
  return /(^|\/)(test|specs|browser)\//.test(path) || /\.test\.tsx?$/.test(path)
}

/** Every file longer than its limit. */
export function fileSizeBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap(({ path, lineCount }) => {
    const limit = isTest(path) ? MAX_TEST_FILE_LINES : MAX_FILE_LINES
    if (lineCount <= limit) return []
    return [{ path, line: limit + 1, what: `has ${lineCount} lines; a file holds one noun in at most ${limit}` }]
  })
}

/** Every function outside tests that is longer than the limit, from its first line to its last. */
export function functionSizeBreaches(sources: readonly Source[]): Breach[] {
  return sources.flatMap(source => {
    const breaches: Breach[] = []
    if (isTest(source.path)) return breaches
    walk(source.program, node => {
      if (!FUNCTIONS.has(node.type)) return
      const line = source.lineOf(node.start)
      const lines = source.lineOf(node.end - 1) - line + 1
      if (lines <= MAX_FUNCTION_LINES) return
      breaches.push({
        path: source.path,
        line,
        what: `has ${lines} lines; a function has at most ${MAX_FUNCTION_LINES}`,
      })
    })
    return breaches
  })
}
