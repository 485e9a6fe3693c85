import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Task } from '../generator/task.ts'
import type { Job } from '../plan/group.ts'
import type { Outcome } from '../scenarios/scenario.ts'
import type { Spec } from '../scenarios/scenarios.ts'
import type { Peer, StartOptions } from '../servers/peer.ts'
import { ROOT } from '../servers/spawned.ts'
import type { Pinning } from './pinning.ts'
import type { Stocks } from './stocks.ts'

/** A run that takes longer has hung. Filling a room with a million messages takes under a minute. */
const WITHIN_MS = 3 * 60_000
/** Loops are watched where that is the question: it is a little work. */
const WATCHED: ReadonlySet<Spec['scenario']> = new Set(['storm', 'steady', 'handshakes', 'pages'])
/** Young objects have room to die in: collecting them is the generator's largest pause. */
const NODE_OPTIONS = ['--conditions=holdfast-source', '--max-semi-space-size=64']

/** One run: a fresh server, a fresh generator, each on its core. */
export async function measure(
  peer: Peer,
  { spec, stock }: Pick<Job, 'spec' | 'stock'>,
  pinning: Pinning,
  stocks: Stocks,
): Promise<Outcome> {
  if (stock === undefined) return run(peer, spec, pinning)
  const make = (dataDir: string) => run(peer, { scenario: 'stock', parameters: stock }, pinning, { dataDir })
  const dataDir = await stocks.copy(stock, make)
  try {
    return await run(peer, spec, pinning, { dataDir })
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function run(peer: Peer, spec: Spec, pinning: Pinning, options: StartOptions = {}): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-run-'))
  const loopsFile = WATCHED.has(spec.scenario) ? join(folder, 'loops') : null
  if (loopsFile !== null) writeFileSync(loopsFile, '')
  try {
    const server = await peer.start({ ...options, pin: pinning.server, ...(loopsFile !== null && { loopsFile }) })
    try {
      const { url, pids } = server
      return await generate({ spec, dialect: peer.dialect, url, pids, loopsFile }, pinning)
    } finally {
      await server.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Answer = { readonly outcome: Outcome } | { readonly error: string }

function generate(task: Task, pinning: Pinning): Promise<Outcome> {
  const [file = '', ...args] = [...pinning.generator, process.execPath, ...NODE_OPTIONS, 'bench/src/generator/main.ts']
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null
    const timer = setTimeout(() => {
      answer = { error: `it was not over after ${WITHIN_MS / 60_000} minutes` }
      child.kill('SIGKILL')
    }, WITHIN_MS)
    child.on('message', message => {
      answer = message as Answer
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      if (answer === null) reject(new Error(`the generator ended with ${code ?? signal}`))
      else if ('error' in answer) reject(new Error(answer.error))
      else resolve(answer.outcome)
    })
    child.send(task)
  })
}
