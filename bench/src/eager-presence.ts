import { registerHooks } from 'node:module'

/** Where the change is made, as the source is read. */
const FILE = '/packages/server/src/signals.ts'
/** Each text is there once, and stands for what is beside it. */
const CHANGES: readonly (readonly [from: string, to: string])[] = [
  [
    "import { Inboxes } from './inbox/inboxes.ts'",
    "import { Inboxes } from './inbox/inboxes.ts'\nimport { SharedText } from './transport/shared-text.ts'",
  ],
  [
    'export class NodeSignals implements Signals {',
    `const everybody = new Map<string, SignalPeer>()
function tellEverybody(userId: string, status: string) {
  const users = [{ userId, status, lastSeen: Date.now() }]
  const told = new SharedText(JSON.stringify({ type: 'presence', users }))
  for (const peer of everybody.values()) peer.signal(told)
}
export class NodeSignals implements Signals {`,
  ],
  [
    'this.presence.begin(peer)',
    'everybody.set(peer.sessionId, peer)\n    tellEverybody(peer.actor.userId, "online")\n    this.presence.begin(peer)',
  ],
  [
    'this.presence.end(sessionId)',
    `const gone = everybody.get(sessionId)
    everybody.delete(sessionId)
    if (gone !== undefined) tellEverybody(gone.actor.userId, "offline")
    this.presence.end(sessionId)`,
  ],
]

/**
 * Loaded before the server (`--import`), it adds what servers commonly do: whoever comes or goes is told to everybody there, each change in a
 * frame of its own, at once. The frame is encoded once for all. So the same server can be measured with coalescing and without.
 */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(FILE)) return loaded
    return { ...loaded, source: CHANGES.reduce(replaced, String(loaded.source)) }
  },
})

function replaced(source: string, [from, to]: readonly [string, string]): string {
  if (source.split(from).length !== 2)
    throw new Error(`unable to take the coalescing out; the source says no more "${from}"`)
  return source.replace(from, to)
}
