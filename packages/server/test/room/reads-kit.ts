import { actorOf, type FakeReader } from '../support/fake-reader.ts'
import { OWNER, ROOM, RoomWorld, type WorldOptions } from '../support/room-world.ts'

export const ALL = ['ann', 'ben', 'cy', 'dan']

/** What a reader was told of read positions, frame by frame. */
export function readsOf(reader: FakeReader): Record<string, number>[] {
  return reader.signals.flatMap(frame => (frame.type === 'reads' ? [frame.reads] : []))
}

/** A room with ten messages; with four members they have the seqs 7 to 16. */
export async function roomOf(members: readonly string[], options: WorldOptions = {}): Promise<RoomWorld> {
  const world = await RoomWorld.withRoom(members, options)
  for (let i = 0; i < 10; i++) void world.send(OWNER)
  await world.platform.advance(1)
  return world
}

export async function open(world: RoomWorld, userId: string): Promise<FakeReader> {
  const reader = world.open(userId)
  await world.platform.advance(1)
  return reader
}

export function read(world: RoomWorld, userId: string, seq: number): void {
  void world.submit({ kind: 'room.read', actor: actorOf(userId), roomId: ROOM, seq, readRevision: null })
}

export async function settle(world: RoomWorld, userId: string, readReceipts: boolean): Promise<void> {
  await world.run({ kind: 'user.settings', actor: actorOf(userId), changes: { readReceipts } })
}
