import { ALL_VARIABLES } from './variables.ts'

/** As wide as a terminal that nobody has resized much. Characters. */
const WIDTH = 100

/** The environment variables as the last part of `--help`. */
export function environmentHelp(): string {
  const column = Math.max(...ALL_VARIABLES.map(variable => variable.name.length)) + 4
  const entries = ALL_VARIABLES.map(({ name, meaning, fallback }) => {
    const known = fallback === null || fallback === '' ? '' : ` Default: ${fallback}`
    const lines = wrapped(meaning + known, WIDTH - column)
    return `  ${name}`.padEnd(column) + lines.join(`\n${' '.repeat(column)}`)
  })
  return ['Settings (environment variables):', ...entries].join('\n')
}

/** `text` in lines of at most `width` characters, broken between words. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
