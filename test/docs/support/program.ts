import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../architecture/support/tree.ts'

/** How long a program may take to say where it listens: a loaded machine, not a goal. */
const READY_WITHIN_MS = 30_000

/** Where snippets are written: there `@holdfast/*` resolve as they do for the examples. Not under version control. */
const FOLDER = join(ROOT, 'examples', '.generated')

/** A program made of a snippet, running from source in a process of its own, with a data folder of its own. */
export interface Program {
  /** The `http://host:port` of its "listening on" line. */
  readonly url: string
  /** Stops it as an operator would, removes what it left, and resolves to its exit code. */
  stop(): Promise<number | null>
}

/** Writes a file beside the examples, and resolves to the folder it is in. */
export async function writeGenerated(name: string, text: string): Promise<string> {
  await mkdir(FOLDER, { recursive: true })
  await writeFile(join(FOLDER, name), text)
  return FOLDER
}

/** Writes a program to disk, starts it on a free port, and resolves when it says `listening on http://…`. */
export async function runProgram(name: string, code: string, env: Readonly<Record<string, string>>): Promise<Program> {
  const file = join(await writeGenerated(name, code), name)
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-docs-'))
  const child = spawn(process.execPath, ['--conditions=holdfast-source', file], {
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: dataDir, ...env },
  })
  const exited = once(child, 'exit')
  const clean = (): Promise<void> => rm(dataDir, { recursive: true, force: true })
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    const [exitCode] = await exited
    await clean()
    return exitCode
  }
  try {
    return { url: await listeningUrl(child), stop }
  } catch (error) {
    child.kill('SIGKILL')
    await clean()
    throw error
  }
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (reason: string): void => reject(new Error(`unable to run the program; ${reason}\n${output}`))
    const timer = setTimeout(() => fail('it does not say where it listens'), READY_WITHIN_MS)
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const url = /listening on (http:\/\/[^\s"]+)/.exec(output)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', code => {
      clearTimeout(timer)
      fail(`it ended with ${code}`)
    })
  })
}
