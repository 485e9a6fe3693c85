import { defineConfig } from 'vitest/config'

/** Tests run from source: every workspace resolves to its `src/index.ts` by this export condition. */
const conditions = ['holdfast-source', 'node', 'import', 'default']

/** The faults of disks are put in with strace, which only Linux has. */
const exclude = process.platform === 'linux' ? [] : ['disk/**']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude,
    // Each of these tests starts, stops and kills processes: two files at once would wait for each other's.
    fileParallelism: false,
    testTimeout: 240_000,
    // Longer than a server may take to start (`test/support/serve.ts`), which tells why it did not.
    hookTimeout: 120_000,
  },
})
