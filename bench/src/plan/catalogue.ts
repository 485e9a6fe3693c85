import { client } from './client.ts'
import type { Group } from './group.ts'
import { growth } from './growth.ts'
import { quietRoom, signals, smallRooms } from './latency.ts'
import type { Scale } from './scale.ts'
import { history, idleMemory, presence, storm } from './standing.ts'
import { compression, durableSends, fanOut } from './throughput.ts'
import { workers } from './workers.ts'

/** All that is measured, in the order of the results. */
export function catalogue(scale: Scale): readonly Group[] {
  return [
    durableSends(scale),
    fanOut(scale),
    quietRoom(scale),
    smallRooms(scale),
    storm(scale),
    idleMemory(scale),
    history(scale),
    signals(scale),
    presence(scale),
    client(scale),
    ...workers(scale),
    compression(scale),
    ...growth(scale),
  ]
}
