import type { Client, RoomHandle } from '@holdfast/client'
import { Retainer } from './retainer.ts'
import { RoomComposer } from './room-composer.ts'
import { later } from './timer.ts'

/** How long the connection outlives the last provider, in milliseconds: longer than any re-mount, shorter than anyone notices. */
export const CONNECTION_LINGER_MS = 1_000
/**
 * How long a room stays open after its last reader unmounted, in milliseconds: going back at once costs no catch-up. One that
 * was marked unread closes at once, since only leaving it ends that.
 */
export const ROOM_LINGER_MS = 5_000

/** What React keeps beside a client: one binding per client, whatever the number of providers. */
export interface ClientBinding {
  readonly client: Client
  /** Keeps the client connected while held. */
  readonly connection: Retainer<Client>
  /** Keeps a room open while held. */
  readonly rooms: Retainer<RoomHandle>
  /** The one composer of a room. */
  composer(room: RoomHandle): RoomComposer
}

const bindings = new WeakMap<Client, ClientBinding>()

/** The binding of `client`. Islands and providers that share a client share it too: that is what makes the counts true. */
export function bindingOf(client: Client): ClientBinding {
  const known = bindings.get(client)
  if (known !== undefined) return known
  const composers = new Map<RoomHandle, RoomComposer>()
  const binding: ClientBinding = {
    client,
    connection: new Retainer(connectWhileHeld, () => CONNECTION_LINGER_MS, later),
    rooms: new Retainer(room => room.open(), lingerOf, later),
    composer(room) {
      const composer = composers.get(room) ?? new RoomComposer(room)
      composers.set(room, composer)
      return composer
    },
  }
  whenPersonGoes(client, () => {
    for (const composer of composers.values()) composer.reset()
  })
  bindings.set(client, binding)
  return binding
}

/** Calls back when the person signs out, or is another one. As long as the client lives. */
function whenPersonGoes(client: Client, task: () => void): void {
  let person = client.userId
  client.connection.subscribe(() => {
    const { userId } = client
    const status = client.connection.getSnapshot()
    const isOut = status.state === 'stopped' && status.reason === 'logged_out'
    if (isOut || (person !== null && userId !== null && person !== userId)) task()
    person = userId ?? person
  })
}

/** A room that was marked unread is read again only after it was left: then leaving it takes no while. */
function lingerOf(room: RoomHandle): number {
  return room.getSnapshot().isMarkedUnread ? 0 : ROOM_LINGER_MS
}

/** A client that somebody else has connected, or that has stopped for good, is not ours to start or stop. */
function connectWhileHeld(client: Client): () => void {
  if (client.connection.getSnapshot().state !== 'idle') return () => {}
  client.connect()
  return () => client.disconnect()
}
