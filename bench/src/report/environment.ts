import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
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
}

const PACKAGES = ['ws', 'better-sqlite3', 'socket.io', '@socket.io/redis-adapter', 'redis', 'pg']
const GIB = 2 ** 30

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
  }
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
    return 'not here'
  }
}
