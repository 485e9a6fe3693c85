import type { PeerName } from '../plan/group.ts'
import { holdfastServer } from './holdfast.ts'
import type { Peer } from './peer.ts'
import { plainWsServer } from './plain-ws.ts'
import { socketioServer } from './socketio.ts'

/** The servers that can be measured here. */
export function localPeers(): ReadonlyMap<PeerName, Peer> {
  const eager = holdfastServer(new URL('../eager-presence.ts', import.meta.url))
  return new Map<PeerName, Peer>([
    ['holdfast', holdfastServer()],
    ['socketio', socketioServer],
    ['ws', plainWsServer],
    ['eager', { ...eager, label: 'each change at once', about: 'Holdfast with the coalescing of presence taken out' }],
  ])
}
