import type { Peer } from './peer.ts'

/** The client SDK, which needs no server: it is run in the generator's process. */
export const clientSdk: Peer = {
  name: 'sdk',
  label: 'Client SDK',
  dialect: 'holdfast',
  about: 'the client SDK by itself: frames are handed to it as a socket would, and time, network and HTTP cost nothing',
  missing: () => null,
  start: async () => ({ url: 'http://nobody', pids: { server: [], backends: [] }, stop: async () => undefined }),
}
