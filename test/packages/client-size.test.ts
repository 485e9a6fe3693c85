import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import filePlugin from '@size-limit/file'
import sizeLimit from 'size-limit'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../architecture/support/tree.ts'

/** One budget: what is imported, and how much it may weigh as a web application ships it. */
interface Budget {
  /** The program that is bundled. */
  readonly entry: string
  /** Modules of the built packages that are left empty. */
  readonly leftOut?: RegExp
  /** Packages that whoever imports it has anyway. */
  readonly external?: readonly string[]
  /** Bytes, minified and gzipped. */
  readonly most: number
  /** The bundle has this in it, or it is not what was meant. */
  readonly holds: string
}

const KB = 1_024
const CREATE_CLIENT = "import { createClient } from '@holdfast/client'\nglobalThis.createClient = createClient"
/** What the client has beside its core: the list of rooms, the signals, the members, and the HTTP calls under them. */
const BESIDE_CORE = /packages\/client\/dist\/(rooms\/.*|signals\/.*|http|members)\.js$/
/** What only `@holdfast/client/testing` says. */
const ONLY_FOR_TESTS = 'unable to see that all converge'

const BUDGETS: Readonly<Record<string, Budget>> = {
  'the core of the client: connection, sync, store, outbox, and what they need of the protocol': {
    entry: CREATE_CLIENT,
    leftOut: BESIDE_CORE,
    most: 15 * KB,
    holds: 'session.hello',
  },
  'createClient with all that it brings': { entry: CREATE_CLIENT, most: 20 * KB, holds: 'session.hello' },
  'all of the protocol, the validator included': {
    entry: "import * as protocol from '@holdfast/protocol'\nglobalThis.protocol = protocol",
    most: 9 * KB,
    holds: 'session.hello',
  },
  'all of the React bindings, beside React and the client': {
    entry: "import * as bindings from '@holdfast/react'\nglobalThis.bindings = bindings",
    external: ['react', 'react/jsx-runtime', '@holdfast/client', '@holdfast/protocol'],
    most: 3 * KB,
    holds: 'useSyncExternalStore',
  },
}

/** What size-limit finds of the bundle that a web application's own tool makes of the built packages. */
async function bytesOf({ entry, leftOut, external = [], holds }: Budget): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-size-'))
  try {
    const program = `${ROOT}/entry.js`
    const result = await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        emptyOutDir: false,
        target: 'es2024',
        rolldownOptions: { input: program, external: [...external], shimMissingExports: true },
      },
      plugins: [
        {
          name: 'measure',
          enforce: 'pre',
          resolveId: id => (id === program ? id : null),
          load: id => (id === program ? entry : leftOut?.test(id) ? '' : null),
        },
      ],
    })
    const chunks = [result].flat().flatMap(each => ('output' in each ? each.output : []))
    const code = chunks.map(chunk => (chunk.type === 'chunk' ? chunk.code : '')).join('\n')
    expect(code).toContain(holds)
    expect(code).not.toContain(ONLY_FOR_TESTS)
    const files = chunks.map(chunk => join(folder, chunk.fileName))
    const found = await sizeLimit([filePlugin], { checks: [{ files, gzip: true }] })
    return Array.isArray(found) ? Number(found[0]?.size) : Number.NaN
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('what is downloaded, minified and gzipped', () => {
  test.each(Object.entries(BUDGETS))('%s: within its budget', async (_what, budget) => {
    expect(await bytesOf(budget)).toBeLessThanOrEqual(budget.most)
  })

  test('the core is less than all, so that something is left out of it', async () => {
    const [core, all] = Object.values(BUDGETS)
    if (core === undefined || all === undefined) throw new Error('unable to compare; there are fewer budgets')
    expect(await bytesOf(core)).toBeLessThan(await bytesOf(all))
  })
})
