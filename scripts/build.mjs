/** `npm run build`: compiles the published packages to `dist/`, each after those it needs. */
import { rmSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { duration, runMain, SetupError, say } from './setup/console.mjs'
import { inRoot } from './setup/paths.mjs'
import { run } from './setup/process.mjs'

const PACKAGES = ['packages/protocol', 'packages/server', 'packages/client', 'packages/react', 'apps/cli']

await runMain(async () => {
  const startedAt = performance.now()
  for (const folder of PACKAGES) {
    rmSync(inRoot(folder, 'dist'), { recursive: true, force: true })
    const args = [inRoot('node_modules/typescript/bin/tsc'), '-p', inRoot(folder, 'tsconfig.build.json')]
    if ((await run(process.execPath, args)) !== 0) throw new SetupError(`unable to build ${folder}; tsc says why above`)
  }
  say(`built ${PACKAGES.join(', ')} in ${duration(performance.now() - startedAt)}`)
  return 0
})
