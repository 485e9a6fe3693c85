/**
 * `npm start`: from a fresh clone to a running server with its web app. Each part does nothing when its work is done,
 * so the second start goes straight to the server. Options are passed on to `holdfast serve`; another command of it may be
 * named instead: `npm start -- config`.
 *
 * This file and `setup/` run before anything is installed, on any Node from 20 on: they import Node's own modules only.
 */
import { runMain } from './setup/console.mjs'
import { provideDependencies } from './setup/dependencies.mjs'
import { inRoot } from './setup/paths.mjs'
import { environmentFor, provideNode } from './setup/private-node.mjs'
import { runForeground } from './setup/process.mjs'
import { provideWebBuild } from './setup/web-build.mjs'

/**
 * On a large machine Node lets what was just allocated grow to twice 64 MB before it looks at it, so that a crowd's connecting stays
 * resident as garbage: an idle connection was 18 KB of the resident set, and is 9 KB with this. What it costs in throughput did not stand out of a busy machine’s noise.
 */
const YOUNG_GENERATION = '--max-semi-space-size=8'

await runMain(async () => {
  const node = await provideNode()
  const env = environmentFor(node)
  await provideDependencies()
  await provideWebBuild(node, env)
  const given = process.argv.slice(2)
  const command = given[0] === undefined || given[0].startsWith('-') ? ['serve', ...given] : given
  const program = [YOUNG_GENERATION, '--conditions=holdfast-source', inRoot('apps/cli/src/main.ts')]
  return runForeground(node, [...program, ...command], { env })
})
