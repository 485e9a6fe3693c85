/** A fenced code block of a Markdown page: its language, the words after it, and the code. */
export interface Snippet {
  readonly language: string
  readonly marks: readonly string[]
  readonly code: string
  /** Line of the opening fence, counted from 1. */
  readonly line: number
}

const FENCE = /^```(\S+)([^\n]*)\n([\s\S]*?)^```$/gm

/** All fenced code blocks of a page, in order. A block is marked by words after its language: `ts embed`. */
export function snippetsOf(markdown: string): Snippet[] {
  return [...markdown.matchAll(FENCE)].map(({ index, 1: language = '', 2: words = '', 3: code = '' }) => ({
    language,
    marks: words.split(/\s+/).filter(word => word !== ''),
    code,
    line: markdown.slice(0, index).split('\n').length,
  }))
}

/** The block with a mark. Throws unless there is exactly one. */
export function snippetMarked(markdown: string, mark: string): Snippet {
  const found = snippetsOf(markdown).filter(snippet => snippet.marks.includes(mark))
  const [snippet] = found
  if (!snippet || found.length > 1)
    throw new Error(`unable to choose the snippet marked "${mark}"; there are ${found.length}`)
  return snippet
}
