/**
 * `npm run bench`, `npm run conformance`, `npm run schemas`: a program of this repository, on the Node that it needs. The first
 * argument is the file, from the root; the rest is passed on.
 *
 * This file and `setup/` run before anything is installed, on any Node from 20 on: they import Node's own modules only.
 */
import { runMain } from './setup/console.mjs'
import { provideDependencies } from './setup/dependencies.mjs'
import { inRoot } from './setup/paths.mjs'
import { environmentFor, provideNode } from './setup/private-node.mjs'
import { runForeground } from './setup/process.mjs'

await runMain(async () => {
  const [file = '', ...rest] = process.argv.slice(2)
  const node = await provideNode()
  const env = environmentFor(node)
  await provideDependencies()
  return runForeground(node, ['--conditions=holdfast-source', inRoot(file), ...rest], { env })
})
