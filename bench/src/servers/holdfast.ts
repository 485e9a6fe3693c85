import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECRET } from '../dialects/http-api.ts'
import type { Peer } from './peer.ts'
import { nodeServer, spawned } from './spawned.ts'

/** How it differs from what a person would start. */
export interface HoldfastOptions {
  /** What it is in the tables, where it is not what a person would start. */
  readonly as?: Pick<Peer, 'name' | 'label' | 'about'> & Partial<Pick<Peer, 'dialect'>>
  /** Settings beside the usual ones. */
  readonly settings?: Readonly<Record<string, string>>
  /** A module that is loaded before the server. */
  readonly preload?: URL
  /** A folder that the server writes where it spent its time to, when it ends. */
  readonly profileIn?: string
}

/** `holdfast serve` as a person would start it, with rate limits off, on a fresh data folder. */
export function holdfastServer({ as, settings, preload, profileIn }: HoldfastOptions = {}): Peer {
  return {
    name: 'holdfast',
    label: 'Holdfast',
    about: 'one thread, the embedded store, SQLite with `synchronous=FULL`: every acknowledged message is synced',
    dialect: 'holdfast',
    ...as,
    missing: () => null,
    start: async (options = {}) => {
      const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
      const { command, env } = nodeServer(options)
      const more = [
        ...(preload === undefined ? [] : ['--import', preload.href]),
        ...(profileIn === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileIn}`]),
      ]
      const server = await spawned({
        what: 'the server',
        command: [...command, ...more, 'apps/cli/src/main.ts', 'serve'],
        ready: /listening on (http:\/\/\S+)/,
        env: {
          HOLDFAST_PORT: '0',
          HOLDFAST_DATA_DIR: dataDir,
          HOLDFAST_JWT_SECRET: SECRET,
          HOLDFAST_SEND_RATE: '0',
          HOLDFAST_LOG_LEVEL: 'error',
          HOLDFAST_WORKERS: '1',
          ...settings,
          ...env,
        },
      })
      return {
        url: server.said,
        pids: { server: [server.pid], backends: [] },
        stop: async () => {
          await server.stop()
          if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
        },
      }
    },
  }
}
