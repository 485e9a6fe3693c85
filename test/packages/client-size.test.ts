import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../architecture/support/tree.ts'

/** The budget of the client's core (connection, sync, store, outbox), the protocol and its validator included. */
const MAX_GZIP_BYTES = 15 * 1024

/** The built client with everything it needs, as an application's bundler would ship it. */
async function bundle(code: string): Promise<string> {
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: id => (id === 'entry' ? `${ROOT}/entry.js` : null),
        load: id => (id === `${ROOT}/entry.js` ? code : null),
      },
    ],
    build: { write: false, target: 'es2024', minify: true, rolldownOptions: { input: 'entry' } },
  })
  const outputs = [result].flat().flatMap(each => ('output' in each ? each.output : []))
  return outputs.flatMap(each => (each.type === 'chunk' ? [each.code] : [])).join('\n')
}

describe('the size of the client', () => {
  test(`createClient with all it brings is at most ${MAX_GZIP_BYTES} bytes of gzip`, async () => {
    const code = await bundle("import { createClient } from '@holdfast/client'\nglobalThis.createClient = createClient")
    const { length } = gzipSync(code, { level: 9 })
    expect(code).toContain('session.hello')
    expect(length).toBeLessThanOrEqual(MAX_GZIP_BYTES)
  })
})
