import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SetupError, say } from './console.mjs'
import { inRoot } from './paths.mjs'
import { runQuietly } from './process.mjs'

/** Everything the web app is built from. What is made by building is left out, tests too. */
const INPUTS = [
  'apps/web',
  'packages/protocol/src',
  'packages/client/src',
  'packages/react/src',
  'tsconfig.base.json',
  'package-lock.json',
]
const IGNORED = new Set(['node_modules', 'dist', 'test', 'browser', 'LICENSE'])

/** What the present build was made from. Kept in node_modules, so that it goes when the tools change. */
const STAMP = inRoot('node_modules', '.cache', 'holdfast', 'web-inputs')
const RESULT = inRoot('apps/web/dist/index.html')

/**
 * @param {string} path
 * @returns {Generator<string>}
 */
function* filesUnder(path) {
  if (!statSync(inRoot(path)).isDirectory()) {
    yield path
    return
  }
  for (const name of readdirSync(inRoot(path)).sort()) {
    if (!IGNORED.has(name)) yield* filesUnder(`${path}/${name}`)
  }
}

/** A hash over the names and contents of all inputs: a fresh clone or a branch switch and back does not force a build. */
function inputsHash() {
  const hash = createHash('sha256')
  for (const input of INPUTS) {
    for (const file of filesUnder(input))
      hash
        .update(`${file}\0`)
        .update(readFileSync(inRoot(file)))
        .update('\0')
  }
  return hash.digest('hex')
}

/**
 * Builds the web app with vite when its inputs changed since the last build.
 *
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 */
export async function provideWebBuild(node, env) {
  const inputs = inputsHash()
  if (existsSync(RESULT) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputs) return
  say('building the web app…')
  const vite = inRoot('node_modules/vite/bin/vite.js')
  const { exitCode, output } = await runQuietly(node, [vite, 'build'], { env, cwd: inRoot('apps/web') })
  if (exitCode !== 0) throw new SetupError('unable to build the web app; vite says why above', output)
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, inputs)
}
