import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, platform, release, tmpdir, totalmem } from 'node:os'
import { ROOT } from '../servers/spawned.ts'

/** What the figures stand for: the machine, and the versions of all that took part. */
export interface Environment {
  readonly date: string
  readonly machine: string
  readonly system: string
  readonly versions: Readonly<Record<string, string>>
  readonly revision: string
  readonly pinning: string
  readonly command: string
  /** What else one has to know to read the figures, a sentence each. */
  readonly warnings: readonly string[]
}

const PACKAGES = ['ws', 'better-sqlite3', 'socket.io', '@socket.io/redis-adapter', 'redis', 'pg']
const GIB = 2 ** 30
const NOT_HERE = 'not here'
/** What `statfs` says of tmpfs and of ramfs on Linux. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6])

export function environment(pinning: string, options: readonly string[], now: Date): Environment {
  const model = cpus()[0]?.model.trim() ?? 'unknown'
  const versions = PACKAGES.map(name => [name, versionOf(name)] as const)
  return {
    date: now.toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / GIB)} GiB`,
    system: `${platform()} ${release()} ${arch()}`,
    versions: {
      node: process.version,
      ...Object.fromEntries(versions),
      postgresql: said('psql', ['--version']),
      'redis-server': said('redis-server', ['--version']),
      'nats-server': said('nats-server', ['--version']),
    },
    revision: said('git', ['rev-parse', '--short', 'HEAD']),
    pinning,
    command: ['npm run bench', ...(options.length > 0 ? ['--', ...options] : [])].join(' '),
    warnings: [...storeWarnings(statfsSync(tmpdir()).type), ...treeWarnings()],
  }
}

/** `type` is that of the file system that the servers' data lie on. */
export function storeWarnings(type: number): readonly string[] {
  return IN_MEMORY.has(type)
    ? ['The stores were in memory (tmpfs), where fsync does nothing: no figure of a durable send means anything.']
    : []
}

/** Results of before are no part of what is measured. */
function treeWarnings(): readonly string[] {
  const changed = said('git', ['status', '--porcelain', '--', '.', ':!bench/results'])
  return changed === '' || changed === NOT_HERE ? [] : ['The tree held changes that are not in this revision.']
}

function versionOf(name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return (createRequire(import.meta.url)(manifest) as { version: string }).version
}

/** The version that a program tells, or that it is not there. */
function said(program: string, args: readonly string[]): string {
  try {
    const out = execFileSync(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
    return /\d+\.\d+(\.\d+)?/.exec(out)?.[0] ?? out.split('\n')[0] ?? ''
  } catch {
    return NOT_HERE
  }
}
