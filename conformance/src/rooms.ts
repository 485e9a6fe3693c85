import { expect } from 'vitest'
import type { Ack, Frames, Message, Page, Room, RoomEvent, ServerFrame, SnapshotBody, SyncAnswer } from './contract.ts'
import { expectBody, expectSuccess } from './http.ts'
import { BATCH } from './limits.ts'
import type { Person } from './people.ts'
import { unique } from './unique.ts'

/** What `POST /api/rooms` takes. */
export interface RoomOptions {
  readonly id?: string
  readonly name?: string
  readonly type?: 'public' | 'private' | 'direct'
  readonly members?: readonly Person[]
  readonly metadata?: unknown
  readonly ephemeral?: boolean
}

/** The path of a room's resource, `rest` beginning with a slash or a question mark. */
export function roomPath(roomId: string, rest = ''): string {
  return `/api/rooms/${encodeURIComponent(roomId)}${rest}`
}

/** Creates a room with a fresh id (private unless told otherwise) and returns that id. */
export async function makeRoom(owner: Person, options: RoomOptions = {}): Promise<string> {
  const { members = [], ...rest } = options
  const body = { id: unique('room'), name: 'A room', type: 'private', ...rest, members: members.map(one => one.id) }
  return expectBody(await owner.api.post<Room>('/api/rooms', body), 201).id
}

/** Members that a room is created with when it is to have many: a server may bound the list of a request. */
const FIRST_MEMBERS = 50

/** A private room with these users, who never signed in, beside its owner. */
export async function makeCrowd(owner: Person, userIds: readonly string[]): Promise<string> {
  const body = { id: unique('room'), name: 'Crowd', type: 'private', members: userIds.slice(0, FIRST_MEMBERS) }
  const { id } = expectBody(await owner.api.post<Room>('/api/rooms', body), 201)
  const rest = userIds.slice(FIRST_MEMBERS)
  const added = await Promise.all(rest.map(userId => owner.api.put(roomPath(id, `/members/${userId}`))))
  for (const answer of added) expectSuccess(answer)
  return id
}

/** Sends a message over HTTP; it must be accepted as new. */
export async function post(sender: Person, roomId: string, content: string, extra: object = {}): Promise<Ack> {
  const body = { clientId: unique('c'), content, ...extra }
  return expectBody(await sender.api.post<Ack>(roomPath(roomId, '/messages'), body), 201)
}

/** Sends commands by `POST /api/commands` and returns their answers. */
export async function commands(sender: Person, frames: readonly object[]): Promise<readonly ServerFrame[]> {
  return expectSuccess(await sender.api.post<readonly ServerFrame[]>('/api/commands', frames))
}

/** Adds `count` short messages, in order, in few requests; returns their acks. */
export async function fill(sender: Person, roomId: string, count: number): Promise<Frames['message.ack'][]> {
  const acks: Frames['message.ack'][] = []
  while (acks.length < count) {
    const size = Math.min(BATCH, count - acks.length)
    const frames = Array.from({ length: size }, (_, index) => ({
      type: 'message.send',
      clientId: unique('fill'),
      roomId,
      content: `message ${acks.length + index + 1}`,
    }))
    const answers = await commands(sender, frames)
    for (const answer of answers) expect(answer.type, JSON.stringify(answer)).toBe('message.ack')
    acks.push(...(answers as Frames['message.ack'][]))
  }
  return acks
}

/** A page of history; `query` begins with a question mark. */
export async function history(reader: Person, roomId: string, query = ''): Promise<Page> {
  return expectBody(await reader.api.get<Page>(roomPath(roomId, `/messages${query}`)), 200)
}

/** One message as history gives it now. */
export async function messageOf(reader: Person, roomId: string, messageId: string): Promise<Message> {
  const page = await history(reader, roomId, `?around=${messageId}`)
  const found = page.messages.find(message => message.id === messageId)
  if (found === undefined) throw new Error(`message ${messageId} is not in its own window`)
  return found
}

/** The room's state as someone who comes without a cursor gets it. */
export async function snapshotOf(reader: Person, roomId: string, window?: number): Promise<SnapshotBody> {
  const query = window === undefined ? '' : `?window=${window}`
  const answer = expectBody(await reader.api.get<SyncAnswer>(roomPath(roomId, `/sync${query}`)), 200)
  if (answer.kind !== 'snapshot') throw new Error(`expected a snapshot, got ${answer.kind}`)
  return answer
}

/** All events of a room's log (a room within `limits.delta`). */
export async function logOf(reader: Person, roomId: string): Promise<readonly RoomEvent[]> {
  const { epoch } = await snapshotOf(reader, roomId, 1)
  const query = `?epoch=${encodeURIComponent(epoch)}&seq=0`
  const answer = expectBody(await reader.api.get<SyncAnswer>(roomPath(roomId, `/sync${query}`)), 200)
  if (answer.kind !== 'delta') throw new Error(`expected a delta, got ${answer.kind}`)
  return answer.events
}

/** The seq of the room's latest event. */
export async function headOf(reader: Person, roomId: string): Promise<number> {
  return (await snapshotOf(reader, roomId, 1)).seq
}

/** Removes a message over HTTP. */
export async function erase(actor: Person, roomId: string, messageId: string): Promise<void> {
  expectSuccess(await actor.api.delete(roomPath(roomId, `/messages/${messageId}`)))
}

/** Gives `who` a role in the room. */
export async function grant(owner: Person, roomId: string, who: Person, role: 'admin' | 'member'): Promise<void> {
  expectSuccess(await owner.api.put(roomPath(roomId, `/members/${who.id}`), { role }))
}

/** Removes `who` from the room (`kicked`). */
export async function kick(owner: Person, roomId: string, who: Person): Promise<void> {
  expectSuccess(await owner.api.delete(roomPath(roomId, `/members/${who.id}`)))
}

/** Bans `who`. */
export async function ban(owner: Person, roomId: string, who: Person, body: object = {}): Promise<void> {
  expectSuccess(await owner.api.put(roomPath(roomId, `/bans/${who.id}`), body))
}

/** `who` leaves the room. */
export async function leave(who: Person, roomId: string): Promise<void> {
  expectSuccess(await who.api.post(roomPath(roomId, '/leave')))
}

/** `who` joins the public room. */
export async function join(who: Person, roomId: string): Promise<void> {
  expectSuccess(await who.api.post(roomPath(roomId, '/join')))
}
