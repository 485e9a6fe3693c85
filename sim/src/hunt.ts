import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { MUTANTS } from './mutants.ts'

/** Packages are read from their sources: that is where bugs are planted. */
const FROM_SOURCE = ['--conditions=holdfast-source']
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

/** What looking for a planted bug has shown. */
export interface Hunt {
  readonly name: string
  readonly rule: string
  /** The first seed in which the rule was broken; null: none of those that were run. */
  readonly foundAt: number | null
  /** Everything that was broken in it. */
  readonly broken: string
}

/** Looks for a bug in a process of its own, where it is planted: seed after seed from `from` on, until its rule is broken. */
export async function hunt(name: string, from: number, count: number): Promise<Hunt> {
  const rule = MUTANTS[name]?.rule ?? ''
  const options = ['--mutant', name, '--from', String(from), '--seeds', String(count), '--rule', rule]
  const text = await outputOf([...FROM_SOURCE, MAIN, ...options])
  const found = [...text.matchAll(/^seed (\d+) breaks (.*);/gm)].find(([, , broken = '']) =>
    broken.split(', ').includes(rule),
  )
  return { name, rule, foundAt: found === undefined ? null : Number(found[1]), broken: found?.[2] ?? '' }
}

/** Looks for every bug, from the first seed on, and tells when each is found: the numbers of the table in SPEC.md. */
export async function huntAll(count: number): Promise<number> {
  const names = Object.keys(MUTANTS)
  let missed = 0
  const work = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const { rule, foundAt, broken } = await hunt(name, 1, count)
      if (foundAt === null) missed++
      console.log(`| ${rule} | \`${name}\` | ${foundAt ?? `not within ${count}`} | ${broken} |`)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, work))
  return missed === 0 ? 0 : 1
}

function outputOf(args: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', part => {
    text += part
  })
  child.on('error', reject)
  child.on('close', () => resolve(text))
  return promise
}
