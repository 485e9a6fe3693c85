import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECRET } from '../dialects/http-api.ts'
import type { Peer } from './peer.ts'
import { spawned } from './spawned.ts'

/** `holdfast serve` as a person would start it, with rate limits off, on a fresh data folder. `preload`: a module that is loaded before it. */
export function holdfastServer(preload?: URL): Peer {
  return {
    name: 'holdfast',
    label: 'Holdfast',
    dialect: 'holdfast',
    about: 'one process, the embedded store, SQLite with `synchronous=FULL`: every acknowledged message is synced',
    start: async pin => {
      const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
      const imports = preload === undefined ? [] : ['--import', preload.href]
      const server = await spawned({
        what: 'the server',
        command: [
          ...pin,
          process.execPath,
          '--conditions=holdfast-source',
          ...imports,
          'apps/cli/src/main.ts',
          'serve',
        ],
        ready: /listening on (http:\/\/\S+)/,
        env: {
          HOLDFAST_PORT: '0',
          HOLDFAST_DATA_DIR: dataDir,
          HOLDFAST_JWT_SECRET: SECRET,
          HOLDFAST_SEND_RATE: '0',
          HOLDFAST_LOG_LEVEL: 'error',
        },
      })
      return {
        url: server.said,
        pids: { server: [server.pid], backends: [] },
        stop: async () => {
          await server.stop()
          rmSync(dataDir, { recursive: true, force: true })
        },
      }
    },
  }
}
