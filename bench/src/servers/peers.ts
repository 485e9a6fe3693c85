import type { PeerName } from '../plan/group.ts'
import { centrifugoAt, natsAt } from './elsewhere.ts'
import { type HoldfastOptions, holdfastServer } from './holdfast.ts'
import { natsServer } from './nats.ts'
import type { Peer } from './peer.ts'
import { plainWsServer } from './plain-ws.ts'
import { clientSdk } from './sdk.ts'
import { socketioServer } from './socketio.ts'

/** Where servers listen that were started by hand. */
export interface Addresses {
  readonly centrifugo?: string | undefined
  readonly nats?: string | undefined
}

/** The servers that are Holdfast in one setting or another. */
const OWN = {
  holdfast: {},
  'two-workers': {
    as: {
      name: 'two-workers',
      label: 'Holdfast, two workers',
      about: '`holdfast serve --workers 2`: two threads that serve clients, and one that writes',
    },
    settings: { HOLDFAST_WORKERS: '2' },
  },
  compressing: {
    as: {
      name: 'compressing',
      label: 'Holdfast, compressing',
      about:
        '`HOLDFAST_COMPRESSION=on`, and clients that offer it: each flush of 1 KB and more is compressed once for all',
      dialect: 'holdfast-deflated',
    },
    settings: { HOLDFAST_COMPRESSION: 'on' },
  },
  eager: {
    as: { name: 'eager', label: 'each change at once', about: 'Holdfast with the coalescing of presence taken out' },
    preload: new URL('../eager-presence.ts', import.meta.url),
  },
} as const satisfies Readonly<Partial<Record<PeerName, HoldfastOptions>>>

/** One of those whose processor time is Holdfast's, which writes where it spent it to a folder when it ends; null for a server of another kind. */
export function profiledServer(name: PeerName, profileIn: string): Peer | null {
  const options = new Map<PeerName, HoldfastOptions>(Object.entries(OWN) as [PeerName, HoldfastOptions][]).get(name)
  return options === undefined ? null : holdfastServer({ ...options, profileIn })
}

const NO_CATCH_UP =
  'no catch-up: who comes back is sent nothing of what it missed, which stands in PostgreSQL (connection state recovery is off, this adapter has none); ' +
  'its Node process is pinned as ours is, PostgreSQL and Redis run where the system puts them'

const TUNED = socketioServer({
  name: 'socketio',
  label: 'Socket.IO + Redis + PostgreSQL',
  about:
    "what a team would otherwise write, tuned: one INSERT a message, each committed and synced by itself, over `pg`'s pool of ten; told to the room when it is written, then acknowledged; the Redis adapter; " +
    'beyond what tutorials give, the INSERT is prepared, PostgreSQL has 512 MB of buffers, it and Redis are reached by Unix sockets, and Redis saves nothing; ' +
    `PostgreSQL groups the commits of the ten connections, and \`synchronous_commit\` is on; ${NO_CATCH_UP}`,
  isTuned: true,
})

const PLAIN = socketioServer({
  name: 'socketio-plain',
  label: 'Socket.IO, as in tutorials',
  about:
    'the same program without the tuning: the INSERT sent as text each time, PostgreSQL and Redis over TCP and as they are delivered',
  isTuned: false,
})

const SYNCED = natsServer({
  name: 'nats',
  label: 'NATS JetStream, synced',
  about: 'one stream in files, `sync_interval: always`: what it acknowledges is synced, as ours is',
  syncInterval: 'always',
})

const UNSYNCED = natsServer({
  name: 'nats-default',
  label: 'NATS JetStream, as delivered',
  about: 'one stream in files, synced every two minutes: a power failure takes back what it has acknowledged',
  syncInterval: '2m',
})

/** The servers that can be measured. */
export function peersWith({ centrifugo, nats }: Addresses): ReadonlyMap<PeerName, Peer> {
  const peers = [
    holdfastServer(OWN.holdfast),
    TUNED,
    PLAIN,
    plainWsServer,
    nats === undefined ? SYNCED : natsAt(nats),
    UNSYNCED,
    ...(centrifugo === undefined ? [] : [centrifugoAt(centrifugo)]),
    holdfastServer(OWN['two-workers']),
    holdfastServer(OWN.compressing),
    holdfastServer(OWN.eager),
    clientSdk,
  ]
  return new Map(peers.map(peer => [peer.name, peer]))
}
