import type { Peer } from './peer.ts'
import { nodeServer, spawned } from './spawned.ts'

/** The peer without a store. */
export const plainWsServer: Peer = {
  name: 'ws',
  label: 'plain `ws`',
  dialect: 'ws',
  about:
    'broadcast in memory with `ws`, nothing stored, nothing promised: what is acknowledged is lost with the process',
  missing: () => null,
  start: async (options = {}) => {
    const { command, env } = nodeServer(options)
    const server = await spawned({
      what: 'the ws peer',
      command: [...command, 'bench/src/peers/ws/server.ts'],
      env,
      ready: /listening on (http:\/\/\S+)/,
    })
    return { url: server.said, pids: { server: [server.pid], backends: [] }, stop: () => server.stop() }
  },
}
