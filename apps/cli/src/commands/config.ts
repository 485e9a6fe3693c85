import { type Env, type Reading, readAll } from '../env/read.ts'
import { authModeOf } from '../env/settings.ts'
import { VARIABLES } from '../env/variables.ts'

/** The rows of `holdfast config`: every variable, its value (secrets hidden), where that comes from, and what is wrong with it. */
export function configTable(env: Env): string {
  const readings = readAll(env)
  const rows = [
    ['VARIABLE', 'VALUE', 'SOURCE'],
    ...readings.map(reading => [reading.variable.name, shown(reading, env), source(reading)]),
  ]
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function shown({ variable, text, wrong }: Reading, env: Env): string {
  if (variable.name === VARIABLES.auth.name && text === null) return authModeOf(env)
  if (text === null) return '(unset)'
  if (variable.isSecret === true) return '(set, hidden)'
  if (text === '') return wrong === null ? '(none)' : '(empty)'
  // In one cell, whatever the text contains.
  return JSON.stringify(text).slice(1, -1)
}

function source({ source, wrong }: Reading): string {
  return wrong === null ? source : `${source}: ${wrong}`
}
