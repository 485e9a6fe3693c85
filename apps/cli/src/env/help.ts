import { ALL_VARIABLES } from './variables.ts'

/** The environment variables as the last part of `--help`. */
export function environmentHelp(): string {
  const width = Math.max(...ALL_VARIABLES.map(variable => variable.name.length))
  const lines = ALL_VARIABLES.map(({ name, meaning, fallback }) => {
    const known = fallback === null || fallback === '' ? '' : ` Default: ${fallback}`
    return `  ${name.padEnd(width)}  ${meaning}${known}`
  })
  return ['Settings (environment variables):', ...lines].join('\n')
}
