import { defineConfig } from 'vitest/config'

/** The web app in a real Chromium against a real server. One file at a time: each drives browsers and kills servers of its own. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['holdfast-source', 'node', 'import', 'default'] },
  test: {
    include: ['**/*.test.ts'],
    globalSetup: ['support/build-app.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    // What must come may come late, on a slow machine: as long as is waited for what must be on the screen.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
  },
})
