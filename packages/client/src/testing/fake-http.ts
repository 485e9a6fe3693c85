import {
  type CreateRoomBody,
  DEFAULT_PAGE,
  type ErrorCode,
  MAX_PAGE,
  MAX_PEOPLE_NAMED,
  type PersonSettings,
  type Role,
  type RoomEvent,
  type UpdateRoomBody,
} from '@holdfast/protocol'
import { problem } from './behaviours.ts'
import { entryOf, type FakeInbox } from './fake-inbox.ts'
import type { FakeRoom } from './fake-room.ts'
import { leaving, rulingOnJoin, rulingOnPut, rulingOnRemove, rulingOnSanction, rulingOnUpdate } from './people-rules.ts'
import { enter, type Ruling, type Standing } from './rules.ts'

/** What HTTP answers need of the server. */
export interface HttpHost {
  readonly rooms: ReadonlyMap<string, FakeRoom>
  readonly inbox: FakeInbox
  /** With `none` no rooms are listed. */
  readonly inboxMode: string
  readonly settings: Map<string, PersonSettings>
  createRoom(body: CreateRoomBody, by: string): FakeRoom
  deleteRoom(roomId: string): void
  publish(roomId: string, ...events: readonly RoomEvent[]): void
  detach(roomId: string, code: 'banned', userId: string): void
  tellReads(roomId: string, userIds: readonly string[]): void
}

/** A call that has been let in. */
export interface Request {
  readonly method: string
  readonly url: URL
  readonly userId: string
  readonly body: unknown
}

/** What is settled for somebody who has settled nothing. */
export const DEFAULT_SETTINGS: PersonSettings = { readReceipts: true, appearOffline: false }

/** What the server answers over HTTP: the calls of the contract that the client makes; to others `unsupported`. */
export function answerHttp(host: HttpHost, request: Request): Response {
  const [, , what, roomId] = request.url.pathname.split('/').map(decodeURIComponent)
  if (what === 'me') return answerMe(host, request)
  if (what === 'presence') return Response.json({ users: [] })
  if (what !== 'rooms') return problem('not_found', 'unable to find it; there is nothing at this address')
  // What is asked is read before it is looked whom.
  if (!/^-?\d+$/.test(request.url.searchParams.get('limit') ?? '1')) return refused('bad_request')
  if (roomId === undefined || roomId === '') return answerRooms(host, request)
  const standing = enter(host.rooms.get(roomId), request.userId)
  return typeof standing === 'string' ? refused(standing) : answerRoom(host, request, standing)
}

function answerMe({ settings }: HttpHost, { userId, body }: Request): Response {
  const given: Partial<PersonSettings> = Object(body)
  const mine = { ...DEFAULT_SETTINGS, ...settings.get(userId), ...given }
  settings.set(userId, mine)
  return Response.json({ userId, name: userId, settings: mine })
}

function answerRooms(host: HttpHost, { method, url, userId, body }: Request): Response {
  const { inbox, inboxMode, rooms } = host
  if (method === 'POST') {
    const wanted: CreateRoomBody = Object(body)
    const known = directRoomOf(rooms, wanted, userId)
    if (known !== undefined) return Response.json(known.state.room)
    if (wanted.id !== undefined && rooms.has(wanted.id)) return refused('conflict')
    return Response.json(host.createRoom(wanted, userId).state.room, { status: 201 })
  }
  if (url.searchParams.get('discover') === 'true') {
    const query = (url.searchParams.get('q') ?? '').toLowerCase()
    const found = [...rooms.values()].filter(room => isJoinable(room, userId) && nameOf(room).includes(query))
    const listed = found.map(({ state: { room, memberCount } }) => ({ ...room, memberCount }))
    return Response.json({ rooms: listed, nextCursor: null })
  }
  if (inboxMode === 'none') return Response.json({ rooms: [], nextCursor: null })
  return Response.json(inbox.page(userId, url.searchParams.get('cursor')))
}

function answerRoom(host: HttpHost, request: Request, standing: Standing): Response {
  const { method, url, userId, body } = request
  const { room } = standing
  const [, , , , about, whom, what] = url.pathname.split('/').map(decodeURIComponent)
  switch (about) {
    case undefined:
      return answerItself(host, request, standing)
    case 'join':
      return done(host, room, rulingOnJoin(standing), () => Response.json(room.state.room))
    case 'leave':
      return done(host, room, { refused: null, events: leaving(room, userId, 'left', userId) })
    case 'members':
      return whom === undefined ? listMembers(room, url) : answerMember(host, request, standing, whom)
    case 'bans':
    case 'mutes':
      return answerSanction(host, method, standing, about, whom ?? '')
    case 'messages':
      if (what === 'seen') return answerSeen(room, userId, whom ?? '')
      if (whom !== undefined || method !== 'GET') return unsupported(method, url)
      return answerPage(room, url)
    case 'read':
    case 'unread':
    case 'notifications':
      return standing.role === null ? refused('forbidden') : answerOwn(host, standing, about, Object(body))
    case 'presence':
      return Response.json({ users: [] })
    default:
      return unsupported(method, url)
  }
}

function answerItself(host: HttpHost, { method, body, userId }: Request, standing: Standing): Response {
  const { room, role } = standing
  if (method === 'GET') return Response.json(entryOf(room, userId))
  if (method === 'PATCH') {
    const changes: UpdateRoomBody = Object(body)
    return done(host, room, rulingOnUpdate(standing, changes), () => Response.json(room.state.room))
  }
  if (role !== 'owner') return refused('forbidden')
  host.deleteRoom(room.id)
  return new Response(null, { status: 204 })
}

function answerMember(host: HttpHost, { method, body }: Request, standing: Standing, userId: string): Response {
  const { room } = standing
  if (method === 'DELETE') return done(host, room, rulingOnRemove(standing, userId))
  const { role }: { readonly role?: Role } = Object(body)
  return done(host, room, rulingOnPut(standing, userId, role), () => Response.json(room.state.members.get(userId)))
}

function answerSanction(
  host: HttpHost,
  method: string,
  standing: Standing,
  about: 'bans' | 'mutes',
  userId: string,
): Response {
  const { room, role } = standing
  const list = about === 'bans' ? room.banned : room.silenced
  if (method === 'DELETE') {
    if (role !== 'owner' && role !== 'admin') return refused('forbidden')
    list.delete(userId)
    return new Response(null, { status: 204 })
  }
  const ruling = rulingOnSanction(standing, userId, about === 'bans' ? 'ban' : 'mute')
  if (ruling.refused === null) list.add(userId)
  const response = done(host, room, ruling)
  if (ruling.refused === null && about === 'bans') host.detach(room.id, 'banned', userId)
  return response
}

function answerOwn(
  host: HttpHost,
  { room, userId }: Standing,
  about: 'read' | 'unread' | 'notifications',
  { seq = 0, muted = false }: { readonly seq?: number; readonly muted?: boolean },
): Response {
  if (about === 'notifications') {
    room.setMuted(userId, muted)
    return Response.json({ muted })
  }
  if (about === 'read') room.read(userId, seq)
  else room.markUnread(userId, seq)
  host.tellReads(room.id, [userId])
  return Response.json(room.reads.of(userId))
}

function answerPage(room: FakeRoom, { searchParams }: URL): Response {
  const limit = Number(searchParams.get('limit') ?? DEFAULT_PAGE)
  return Response.json(room.page(searchParams.get('cursor'), Math.min(MAX_PAGE, Math.max(1, limit))))
}

function answerSeen(room: FakeRoom, userId: string, messageId: string): Response {
  const message = room.messages.find(({ id }) => id === messageId)
  if (message === undefined) return refused('not_found')
  const shown = room.reads.shownTo(userId, room.state.members.keys())
  const readers = Object.entries(shown).filter(([who, seq]) => who !== message.senderId && seq >= message.seq)
  return Response.json({ count: readers.length, userIds: readers.slice(0, MAX_PEOPLE_NAMED).map(([who]) => who) })
}

function listMembers(room: FakeRoom, url: URL): Response {
  const query = (url.searchParams.get('q') ?? '').toLowerCase()
  const members = [...room.state.members.values()].filter(({ name }) => name.toLowerCase().includes(query))
  return Response.json({ members, nextCursor: null })
}

/** Writes what was ruled, and tells it; or answers why not. */
function done(
  host: HttpHost,
  room: FakeRoom,
  ruling: Ruling,
  answer: () => Response = () => new Response(null, { status: 204 }),
): Response {
  if (ruling.refused !== null) return refused(ruling.refused)
  host.publish(room.id, ...ruling.events.map(event => room.append(event)))
  return answer()
}

function refused(code: ErrorCode): Response {
  return problem(code, `unable to do it; ${code}`)
}

function unsupported(method: string, { pathname }: URL): Response {
  return problem('unsupported', `unable to ${method} ${pathname}; the fake server has no answer to it`)
}

function directRoomOf(
  rooms: ReadonlyMap<string, FakeRoom>,
  { type, members = [] }: CreateRoomBody,
  userId: string,
): FakeRoom | undefined {
  if (type !== 'direct') return undefined
  const people = new Set([userId, ...members])
  return [...rooms.values()].find(
    ({ state }) =>
      state.room.type === 'direct' && people.size === state.memberCount && areMembers(state.members, people),
  )
}

function areMembers(members: ReadonlyMap<string, unknown>, people: ReadonlySet<string>): boolean {
  return [...people].every(userId => members.has(userId))
}

function isJoinable(room: FakeRoom, userId: string): boolean {
  return room.state.room.type === 'public' && !room.isMember(userId) && !room.banned.has(userId)
}

function nameOf(room: FakeRoom): string {
  return room.state.room.name.toLowerCase()
}
