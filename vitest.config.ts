import { defineConfig } from 'vitest/config'

/** Tests run from source: every workspace resolves to its `src/index.ts` by this export condition. */
const conditions = ['holdfast-source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      '{packages,apps}/*/test/**/*.test.{ts,tsx}',
      'test/**/*.test.ts',
      'examples/test/**/*.test.ts',
      'bench/test/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
