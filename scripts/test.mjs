/**
 * `npm test`: everything that must hold before a change is merged, in one readable list. Stops at the first step that
 * fails. `npm test -- --only unit,lint` runs some steps alone.
 *
 * This file and `setup/` run before anything is installed, on any Node from 20 on: they import Node's own modules only.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { provideChromium } from './setup/chromium.mjs'
import { complain, duration, runMain, SetupError, say } from './setup/console.mjs'
import { provideDependencies } from './setup/dependencies.mjs'
import { inRoot } from './setup/paths.mjs'
import { environmentFor, provideNode } from './setup/private-node.mjs'
import { run } from './setup/process.mjs'
import { provideStrace } from './setup/strace.mjs'
import { provideWebBuild } from './setup/web-build.mjs'

const TOOLS = {
  biome: inRoot('node_modules/@biomejs/biome/bin/biome'),
  tsc: inRoot('node_modules/typescript/bin/tsc'),
  knip: inRoot('node_modules/knip/bin/knip.js'),
  vitest: inRoot('node_modules/vitest/vitest.mjs'),
}

/** Without a terminal (in CI) all output is plain text. */
const PLAIN = !process.stdout.isTTY && !process.env.FORCE_COLOR

/**
 * @typedef {{ node: string, env: NodeJS.ProcessEnv, reports: string }} Context
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ name: string, about: string } & (
 *   | { command: string[] }
 *   | { vitest: string[], environments?: { name: string, env: Record<string, string> }[] }
 * )} Step
 */

/** Where several threads can share a port, `holdfast serve` runs on all cores: what holds with one must hold with several. */
const MODES = [
  { name: 'one-worker', env: { WORKERS: '1' } },
  ...(['linux', 'freebsd'].includes(process.platform) ? [{ name: 'two-workers', env: { WORKERS: '2' } }] : []),
]

/** @type {Step[]} */
const STEPS = [
  {
    name: 'lint',
    about: 'formatting and lint rules',
    command: [TOOLS.biome, 'ci', ...(PLAIN ? ['--colors=off'] : []), '.'],
  },
  { name: 'types', about: 'the whole tree under the strict compiler', command: [TOOLS.tsc, '-p', 'tsconfig.json'] },
  {
    name: 'unused',
    about: 'files, exports and dependencies that nothing uses',
    command: [TOOLS.knip, '--no-progress'],
  },
  { name: 'build', about: 'what would be published, the web app included', command: [inRoot('scripts/build.mjs')] },
  {
    name: 'unit',
    about: 'unit, integration and architecture tests',
    vitest: ['--exclude', 'test/{packages,docs,faults}/**', '--exclude', 'examples/**'],
  },
  { name: 'packages', about: 'what would be published, installed and imported elsewhere', vitest: ['test/packages'] },
  {
    name: 'conformance',
    about: 'the black-box suite over real sockets, with one thread that serves clients and with two',
    vitest: ['--config', 'conformance/vitest.config.ts'],
    environments: MODES,
  },
  {
    name: 'sim',
    about: 'whole worlds of servers, clients and faults, in virtual time',
    vitest: ['--config', 'sim/vitest.config.ts'],
  },
  {
    name: 'faults',
    about: 'servers that are killed, and disks that fail, fill up, lose power or rot',
    vitest: ['--config', 'test/faults/vitest.config.ts'],
  },
  {
    name: 'browser',
    about: 'the web app in a real Chromium',
    vitest: ['--config', 'apps/web/browser/vitest.config.ts'],
  },
  { name: 'examples', about: "the examples and the README's own code", vitest: ['examples', 'test/docs'] },
]

function chosenNames() {
  try {
    return parseArgs({ options: { only: { type: 'string' } } }).values.only
  } catch (error) {
    throw new SetupError(`unable to read the options; ${error instanceof Error ? error.message : error}`)
  }
}

function chosenSteps() {
  const only = chosenNames()
  if (!only) return STEPS
  return only.split(',').map(name => {
    const step = STEPS.find(candidate => candidate.name === name)
    if (step) return step
    throw new SetupError(`unable to run the step "${name}"; known are ${STEPS.map(known => known.name).join(', ')}`)
  })
}

/**
 * The numbers of vitest's JSON report. A run that broke without a failed test (a file that does not load) is one failure.
 *
 * @param {string} reportPath
 * @param {number} exitCode
 * @returns {Counts}
 */
function countsOf(reportPath, exitCode) {
  if (!existsSync(reportPath)) return { passed: 0, failed: exitCode === 0 ? 0 : 1 }
  const report = JSON.parse(readFileSync(reportPath, 'utf8'))
  const failed = Math.max(report.numFailedTests, exitCode === 0 ? 0 : 1)
  return { passed: report.numPassedTests, failed }
}

/**
 * @param {string[]} args
 * @param {Context} context
 * @param {string} name
 */
async function runVitest(args, { node, env, reports }, name) {
  const report = join(reports, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const exitCode = await run(node, [TOOLS.vitest, 'run', ...args, ...reporters], { env })
  return countsOf(report, exitCode)
}

/**
 * Runs one step. A step that is no test run counts only when it fails. Tests run against the web app of these sources, also
 * when they are chosen alone.
 *
 * @param {Step} step
 * @param {Context} context
 * @returns {Promise<Counts>}
 */
async function runStep(step, context) {
  const { node, env } = context
  if ('command' in step) {
    const exitCode = await run(node, step.command, { env })
    return { passed: 0, failed: exitCode === 0 ? 0 : 1 }
  }
  await provideWebBuild(node, env)
  if (step.name === 'faults') return runFaults(step.vitest, context)
  const { name, environments = [{ name: 'default', env: {} }] } = step
  const total = { passed: 0, failed: 0 }
  for (const { name: mode, env: more } of environments) {
    const { passed, failed } = await runVitest(step.vitest, { ...context, env: { ...env, ...more } }, `${name}-${mode}`)
    total.passed += passed
    total.failed += failed
    if (failed > 0) break
  }
  return total
}

/**
 * Where there is no strace the faults of disks are left out.
 *
 * @param {string[]} args
 * @param {Context} context
 */
async function runFaults(args, context) {
  const strace = await provideStrace()
  if (strace === null) return runVitest([...args, '--exclude', 'disk/**'], context, 'faults')
  return runVitest(args, { ...context, env: { ...context.env, STRACE: strace } }, 'faults')
}

/**
 * Shows why a step could not run, and counts it as failed.
 *
 * @param {unknown} error
 * @returns {Counts}
 */
function failedSetup(error) {
  if (!(error instanceof SetupError)) throw error
  complain(error)
  return { passed: 0, failed: 1 }
}

/**
 * @param {Step[]} steps
 * @param {Context} context
 */
async function runSteps(steps, context) {
  const total = { passed: 0, failed: 0 }
  for (const step of steps) {
    say(`${step.name}: ${step.about}`)
    const startedAt = performance.now()
    const { passed, failed } = await runStep(step, context).catch(failedSetup)
    total.passed += passed
    total.failed += failed
    say(`${step.name} ${failed === 0 ? 'passed' : 'FAILED'} in ${duration(performance.now() - startedAt)}`)
    if (failed > 0) break
  }
  return total
}

await runMain(async () => {
  const steps = chosenSteps()
  const node = await provideNode()
  const chromium = steps.some(step => step.name === 'browser') ? { CHROMIUM: await provideChromium() } : {}
  const env = environmentFor(node, { ...chromium, ...(PLAIN ? { NO_COLOR: '1' } : {}) })
  await provideDependencies()
  const reports = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  try {
    const { passed, failed } = await runSteps(steps, { node, env, reports })
    console.log(`${passed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
})
