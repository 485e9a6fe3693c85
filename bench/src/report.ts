import { readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import { readable, type Spread } from './statistics.ts'

const START = '<!-- results: written by `npm run bench -- --write` -->'
const END = '<!-- /results -->'

/** One row: what was measured, the middle and the range of its rounds, and what else is worth knowing. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly spread: Spread
  readonly note: string
}

/** The table as Markdown, with the setup that the figures stand for. */
export function markdown(rows: readonly Row[], setup: { readonly rounds: number; readonly pinning: string }): string {
  const gib = Math.round(totalmem() / 2 ** 30)
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gib} GiB`
  const lines = [
    `${machine}, ${platform()} ${release()} ${arch()}, Node ${process.version}; ${setup.pinning}; medians of ${setup.rounds} rounds, ` +
      'the scenarios taken in turn; SQLite with `synchronous=FULL`, rate limits off, one process.',
    '',
    '| what | median | range | |',
    '|---|---:|---:|---|',
    ...rows.map(
      row => `| ${row.what} | ${readable(row.spread.median)} ${row.unit} | ${range(row.spread)} | ${row.note} |`,
    ),
  ]
  return lines.join('\n')
}

/** Puts the table between the marks in `file`. */
export function writeInto(file: string, table: string): void {
  const text = readFileSync(file, 'utf8')
  const from = text.indexOf(START)
  const to = text.indexOf(END)
  if (from < 0 || to < from) throw new Error(`unable to write the results; ${file} has no marks for them`)
  writeFileSync(file, `${text.slice(0, from + START.length)}\n${table}\n${text.slice(to)}`)
}

function range(spread: Spread): string {
  return `${readable(spread.least)} – ${readable(spread.most)}`
}
