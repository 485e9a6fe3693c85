import { type Person, people } from './people.ts'
import { makeRoom, type RoomOptions } from './rooms.ts'
import type { Socket } from './socket.ts'

/** `typing.start` of a room. */
export function startIn(roomId: string): object {
  return { type: 'typing.start', roomId }
}

/** `typing.stop` of a room. */
export function stopIn(roomId: string): object {
  return { type: 'typing.stop', roomId }
}

/** Some members of a room, the first its owner, and a socket of each that has it open. */
export interface Scene<L extends readonly string[]> {
  readonly roomId: string
  readonly members: { [K in keyof L]: Person }
  readonly sockets: { [K in keyof L]: Socket }
}

/** A private room (unless told otherwise) with these people, each of whom has it open. */
export async function scene<const L extends readonly string[]>(
  labels: L,
  options: RoomOptions = {},
): Promise<Scene<L>> {
  const members = await people(...labels)
  const [owner, ...others] = members as readonly Person[]
  if (owner === undefined) throw new Error('a scene needs people')
  const roomId = await makeRoom(owner, { members: others, ...options })
  const sockets = await Promise.all((members as readonly Person[]).map(one => one.connect()))
  for (const socket of sockets) await socket.open(roomId)
  return { roomId, members, sockets: sockets as unknown as Scene<L>['sockets'] }
}
