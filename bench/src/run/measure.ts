import { spawn } from 'node:child_process'
import type { Task } from '../generator/task.ts'
import type { Outcome } from '../scenarios/scenario.ts'
import type { Spec } from '../scenarios/scenarios.ts'
import type { Peer } from '../servers/peer.ts'
import { ROOT } from '../servers/spawned.ts'
import type { Pinning } from './pinning.ts'

/** A run that takes longer has hung. */
const WITHIN_MS = 6 * 60_000
/** Young objects have room to die in: collecting them is the generator's largest pause. */
const NODE_OPTIONS = ['--conditions=holdfast-source', '--max-semi-space-size=64']

/** One run: a fresh server, a fresh generator, each on its core. */
export async function measure(peer: Peer, spec: Spec, pinning: Pinning): Promise<Outcome> {
  const server = await peer.start(pinning.server)
  try {
    return await generate({ spec, dialect: peer.dialect, url: server.url, pids: server.pids }, pinning)
  } finally {
    await server.stop()
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
