import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../architecture/support/tree.ts'

/** The budget of the core: connection, sync, store, outbox, and what they need of the protocol. */
const MAX_CORE_BYTES = 15 * 1024
/** The budget of everything that an application gets with `createClient`. */
const MAX_ALL_BYTES = 20 * 1024

/** What the client has beside its core: the list of rooms, the signals, the members, and the HTTP calls under them. */
const BESIDE_CORE = /packages\/client\/dist\/(rooms\/.*|signals\/.*|http|members)\.js$/

/** What only `@holdfast/client/testing` says. */
const ONLY_FOR_TESTS = 'unable to see that all converge'

/** The bytes of the built client with everything it needs, minified and gzipped as a web application ships it. */
async function gzipBytes(leftOut: RegExp | null): Promise<number> {
  const entry = `${ROOT}/entry.js`
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2024', rolldownOptions: { input: entry, shimMissingExports: true } },
    plugins: [
      {
        name: 'measure',
        enforce: 'pre',
        resolveId: id => (id === entry ? id : null),
        load(id) {
          if (id === entry)
            return "import { createClient } from '@holdfast/client'\nglobalThis.createClient = createClient"
          return leftOut?.test(id) ? '' : null
        },
      },
    ],
  })
  const outputs = [result].flat().flatMap(each => ('output' in each ? each.output : []))
  const code = outputs.flatMap(each => (each.type === 'chunk' ? [each.code] : [])).join('\n')
  expect(code).toContain('session.hello')
  expect(code).not.toContain(ONLY_FOR_TESTS)
  return gzipSync(code, { level: 9 }).length
}

describe('the size of the client, gzipped', () => {
  test(`its core has at most ${MAX_CORE_BYTES} bytes`, async () => {
    expect(await gzipBytes(BESIDE_CORE)).toBeLessThanOrEqual(MAX_CORE_BYTES)
  })

  test(`createClient with all it brings has at most ${MAX_ALL_BYTES} bytes`, async () => {
    const all = await gzipBytes(null)
    expect(all).toBeLessThanOrEqual(MAX_ALL_BYTES)
    expect(all).toBeGreaterThan(await gzipBytes(BESIDE_CORE))
  })
})
