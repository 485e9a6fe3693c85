import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../architecture/support/tree.ts'

/** The packages that are published, by their folder. */
export const PUBLISHED = [
  'packages/protocol',
  'packages/server',
  'packages/client',
  'packages/react',
  'apps/web',
  'apps/cli',
] as const

const execute = promisify(execFile)

/** Runs a program and resolves to what it printed; one that fails throws with both its streams in the message. */
export async function output(command: string, args: readonly string[], cwd = ROOT): Promise<string> {
  try {
    const { stdout } = await execute(command, args, {
      cwd,
      maxBuffer: 16 * 1024 * 1024,
      shell: process.platform === 'win32',
    })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`unable to run ${command} ${args.join(' ')}; ${stdout ?? ''}${stderr ?? error}`)
  }
}

/** A packed package: where its tarball lies, and the files in it. */
export interface Packed {
  readonly tarball: string
  readonly files: readonly string[]
}

/** Packs every published package into `folder`, as `npm publish` would, and resolves to folder name → what was packed. */
export async function packAll(folder: string): Promise<ReadonlyMap<string, Packed>> {
  for (const name of PUBLISHED) {
    if (!existsSync(join(ROOT, name, 'dist')))
      throw new Error(`unable to pack ${name}; it is not built: run npm run build`)
  }
  const workspaces = PUBLISHED.flatMap(name => ['--workspace', name])
  const printed = await output('npm', [
    'pack',
    ...workspaces,
    '--pack-destination',
    folder,
    '--json',
    '--ignore-scripts',
  ])
  const packed = JSON.parse(printed) as readonly { filename: string; files: readonly { path: string }[] }[]
  return new Map(
    packed.map(({ filename, files }, index) => [
      PUBLISHED[index] ?? '',
      { tarball: join(folder, filename), files: files.map(({ path }) => path) },
    ]),
  )
}
