import { describe, expect, test } from 'vitest'
import { LAYERS, layerBreaches } from './rules/layers.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { read, sources } from './support/tree.ts'

/** Everything a workspace's package.json lists. Its sources may be bundled (web), so development ones count as well. */
function declared(folder: string): ReadonlySet<string> {
  const manifest = JSON.parse(read(`${folder.replace(/\/src$/, '')}/package.json`))
  const root = folder === 'conformance' ? JSON.parse(read('package.json')).devDependencies : {}
  const { dependencies, peerDependencies, devDependencies } = manifest
  return new Set(Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies, ...root }))
}

describe('layers', () => {
  test('every import goes with the direction of the layers, by a public entry, to a declared package', () => {
    const all = sources(...LAYERS.map(({ folder }) => `${folder}/**/*.{ts,tsx,mjs}`))
    expect(report(layerBreaches(all, declared))).toEqual([])
  })

  test.each([
    ['packages/server/src/a.ts', "import { createClient } from '@holdfast/client'", '@holdfast/client'],
    ['packages/client/src/a.ts', "import type { Hub } from '@holdfast/server'", '@holdfast/server'],
    ['packages/client/src/a.ts', "import { readFile } from 'node:fs'", 'runs without Node'],
    ['packages/client/src/a.ts', "import * as v from 'valibot'", 'valibot'],
    ['packages/protocol/src/a.ts', "export * from 'zod'", 'zod'],
    ['packages/react/src/a.ts', "import { x } from '../../client/src/room.ts'", 'leaves packages/react/src'],
    ['packages/server/src/a.ts', "import { x } from '@holdfast/protocol/src/ids.ts'", 'goes past the public entry'],
    ['packages/server/src/a.ts', "import express from 'express'", 'express'],
    ['apps/cli/src/a.ts', "import { createClient } from '@holdfast/client'", '@holdfast/client'],
    ['apps/web/src/a.ts', "import { createHoldfast } from '@holdfast/server'", '@holdfast/server'],
    ['conformance/src/a.ts', "import { limits } from '@holdfast/protocol'", '@holdfast/protocol'],
    ['conformance/src/a.ts', "import { limits } from '../../packages/protocol/src/limits.ts'", 'leaves conformance'],
    ['scripts/a.mjs', "import { execa } from 'execa'", 'execa'],
    ['packages/server/src/a.ts', "const lazy = () => import('@holdfast/client')", '@holdfast/client'],
    ['packages/server/src/a.ts', "type Lazy = import('@holdfast/client').Client", '@holdfast/client'],
  ])('a breach is caught: %s with %s', (path, text, complaint) => {
    expect(report(layerBreaches([parseSource(path, `\n${text}\n`)], declared))).toEqual([
      expect.stringMatching(new RegExp(`^${path}:2 .*${complaint}`)),
    ])
  })
})
