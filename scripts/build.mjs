/** `npm run build`: makes what would be published. Compiles the packages to `dist/`, each after those it needs. */
import { copyFileSync, rmSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { duration, runMain, SetupError, say } from './setup/console.mjs'
import { inRoot } from './setup/paths.mjs'
import { run } from './setup/process.mjs'
import { provideWebBuild } from './setup/web-build.mjs'

const COMPILED = ['packages/protocol', 'packages/server', 'packages/client', 'packages/react', 'apps/cli']
const PUBLISHED = [...COMPILED, 'apps/web']

await runMain(async () => {
  const startedAt = performance.now()
  for (const folder of COMPILED) {
    rmSync(inRoot(folder, 'dist'), { recursive: true, force: true })
    const args = [inRoot('node_modules/typescript/bin/tsc'), '-p', inRoot(folder, 'tsconfig.build.json')]
    if ((await run(process.execPath, args)) !== 0) throw new SetupError(`unable to build ${folder}; tsc says why above`)
  }
  await provideWebBuild(process.execPath, process.env)
  for (const folder of PUBLISHED) copyFileSync(inRoot('LICENSE'), inRoot(folder, 'LICENSE'))
  say(`built ${PUBLISHED.join(', ')} in ${duration(performance.now() - startedAt)}`)
  return 0
})
