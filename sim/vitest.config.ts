import { defineConfig } from 'vitest/config'

const conditions = ['holdfast-source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    root: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    testTimeout: 900_000,
    // Planted bugs are looked for in processes of their own.
    maxConcurrency: 2,
  },
})
