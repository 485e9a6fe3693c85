import { defineConfig } from 'vitest/config'

/** Specs that start servers of their own need a command; a foreign server given by its URL alone has none. */
const canStartServers = process.env.HOLDFAST_URL === undefined || process.env.HOLDFAST_COMMAND !== undefined

export default defineConfig({
  root: import.meta.dirname,
  test: {
    // `test/` holds what is tested of the suite's own tools.
    include: ['{specs,test}/**/*.test.ts'],
    exclude: canStartServers ? [] : ['specs/own-server/**'],
    globalSetup: ['src/global-setup.ts'],
    setupFiles: ['src/close-sockets.ts'],
    // Longer than one server may take to start (`START_MS`), so that whoever waits for one is told what it waited for.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // One worker spends its time in the waits the contract prescribes (30 s, 90 s), so it costs no core.
    maxWorkers: 3,
  },
})
