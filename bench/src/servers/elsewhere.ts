import type { DialectName } from '../dialects/dialects.ts'
import type { PeerName } from '../plan/group.ts'
import type { Peer } from './peer.ts'

/** Centrifugo with history on, started by hand; bench/README.md says how. */
export function centrifugoAt(url: string): Peer {
  return elsewhere('centrifugo', 'Centrifugo', 'centrifugo', url, 'history in memory, started by hand')
}

/** A NATS server with JetStream and its WebSocket listener, started by hand; bench/README.md says how. */
export function natsAt(url: string): Peer {
  return elsewhere('nats', 'NATS JetStream, running', 'nats', url, 'one stream in files, started by hand')
}

/**
 * A server that is running already: not pinned, and what it takes of processor and memory is not known. It is not fresh either, so
 * the dialect gives each run rooms of its own.
 */
function elsewhere(name: PeerName, label: string, dialect: DialectName, url: string, about: string): Peer {
  return {
    name,
    label,
    dialect,
    about,
    missing: () => null,
    start: async () => ({ url, pids: { server: [], backends: [] }, stop: async () => undefined }),
  }
}
