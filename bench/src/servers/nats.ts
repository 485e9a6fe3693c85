import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Peer } from './peer.ts'
import { isHere, spawned } from './spawned.ts'

/** As Debian's package and the one that is downloaded call it. */
const PROGRAM = 'nats-server'
/** What it says of its ports, in this order. */
const READY =
  /(websocket clients on ws:\/\/127\.0\.0\.1:\d+[\s\S]*client connections on 127\.0\.0\.1:\d+)[\s\S]*Server is ready/

interface NatsOptions extends Pick<Peer, 'name' | 'label' | 'about'> {
  /** When JetStream syncs its files: `always`, before each acknowledgement, or so often, as `2m`, its default. */
  readonly syncInterval: string
}

/** NATS with JetStream, a stream in files, spoken to over its WebSocket listener; everything but its sync is as delivered. */
export function natsServer({ syncInterval, ...as }: NatsOptions): Peer {
  return {
    ...as,
    dialect: 'nats',
    missing: () => (isHere(PROGRAM) ? null : `there is no ${PROGRAM}`),
    start: async ({ pin = [] } = {}) => {
      const dir = mkdtempSync(join(tmpdir(), 'holdfast-nats-'))
      const config = join(dir, 'nats.conf')
      // A port of -1 is one that is free.
      const settings = [
        'listen: "127.0.0.1:-1"',
        'websocket { listen: "127.0.0.1:-1", no_tls: true }',
        `jetstream { store_dir: "${dir}", sync_interval: "${syncInterval}" }`,
      ]
      writeFileSync(config, settings.join('\n'))
      const server = await spawned({
        what: PROGRAM,
        command: [...pin, PROGRAM, '-c', config],
        ready: READY,
        complains: false,
      })
      const [webSocket, plain] = [...server.said.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port)
      return {
        url: `ws://127.0.0.1:${webSocket}?plain=${plain}`,
        pids: { server: [server.pid], backends: [] },
        stop: async () => {
          await server.stop()
          rmSync(dir, { recursive: true, force: true })
        },
      }
    },
  }
}
