import type { PeerName } from '../plan/group.ts'
import { centrifugoAt, natsAt } from './elsewhere.ts'
import { holdfastServer } from './holdfast.ts'
import type { Peer } from './peer.ts'
import { plainWsServer } from './plain-ws.ts'
import { socketioServer } from './socketio.ts'

/** Where servers listen that were started by hand. */
export interface Addresses {
  readonly centrifugo?: string | undefined
  readonly nats?: string | undefined
}

/** The servers that can be measured. */
export function peersWith({ centrifugo, nats }: Addresses): ReadonlyMap<PeerName, Peer> {
  const eager = holdfastServer({ preload: new URL('../eager-presence.ts', import.meta.url) })
  const peers = new Map<PeerName, Peer>([
    ['holdfast', holdfastServer()],
    ['socketio', socketioServer],
    ['ws', plainWsServer],
    ['eager', { ...eager, label: 'each change at once', about: 'Holdfast with the coalescing of presence taken out' }],
  ])
  if (centrifugo !== undefined) peers.set('centrifugo', centrifugoAt(centrifugo))
  if (nats !== undefined) peers.set('nats', natsAt(nats))
  return peers
}
