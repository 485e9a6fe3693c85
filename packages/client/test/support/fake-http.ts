import type { PersonSettings } from '@holdfast/protocol'
import type { FakeInbox } from './fake-inbox.ts'
import type { FakeLog } from './fake-log.ts'

/** What a server answers from. */
export interface FakeState {
  readonly logs: ReadonlyMap<string, FakeLog>
  readonly inbox: FakeInbox
  readonly hasInbox: boolean
  readonly settings: Map<string, PersonSettings>
}

/** What the fake server answers over HTTP, beside what a test makes it say. */
export function answerHttp(server: FakeState, method: string, url: URL, userId: string, body: unknown): Response {
  const given: { seq?: number; muted?: boolean } & Partial<PersonSettings> = Object(body)
  const [, , what, roomId = '', about] = url.pathname.split('/')
  if (what === 'me') {
    const settings = { readReceipts: true, appearOffline: false, ...server.settings.get(userId), ...given }
    server.settings.set(userId, settings)
    return Response.json({ userId, name: userId, settings })
  }
  if (what === 'rooms' && roomId === '') {
    const cursor = url.searchParams.get('cursor')
    return Response.json(server.hasInbox ? server.inbox.page(userId, cursor) : { rooms: [], nextCursor: null })
  }
  const log = server.logs.get(roomId)
  if (log === undefined || what !== 'rooms') return notFound()
  switch (about) {
    case undefined:
      return Response.json(log.state.room)
    case 'messages':
      return Response.json(log.page(url.searchParams.get('cursor') ?? String(log.seq + 1)))
    case 'unread': {
      const { lastReadSeq, readRevision } = log.markUnread(userId, given.seq ?? 0)
      return Response.json({ lastReadSeq, readRevision })
    }
    case 'notifications':
      log.muted[userId] = given.muted === true
      return Response.json({ muted: given.muted })
    default:
      return method === 'GET' && about === 'presence' ? Response.json({ users: [] }) : notFound()
  }
}

function notFound(): Response {
  return Response.json({ code: 'not_found', detail: 'unable to find it' }, { status: 404 })
}
