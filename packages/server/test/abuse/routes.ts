/** One call of the server as a client makes it: it succeeds in a room that `eve` owns. */
export interface RealCall {
  readonly method: string
  /** As the server names it. */
  readonly route: string
  /** The values of the route's parameters; `:id` and `:messageId` are those of the room at hand. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Default: 200. */
  readonly status?: number
}

const BEN = { userId: 'ben' }
const CY = { userId: 'cy' }
const NOT_BUILT = 501

/** Each route of the server, at least once. */
export const REAL_CALLS: readonly RealCall[] = [
  { method: 'GET', route: '/healthz' },
  { method: 'GET', route: '/readyz' },
  { method: 'GET', route: '/metrics' },
  { method: 'POST', route: '/api/auth/guest', body: { name: 'A guest' } },
  {
    method: 'POST',
    route: '/api/rooms',
    body: { name: 'A room', type: 'public', members: ['ben'], ephemeral: false, metadata: { colour: 'red', n: [1] } },
    status: 201,
  },
  { method: 'GET', route: '/api/rooms', query: { limit: '10' } },
  { method: 'GET', route: '/api/rooms', query: { discover: 'true', q: 'room' } },
  { method: 'GET', route: '/api/rooms/:id' },
  {
    method: 'PATCH',
    route: '/api/rooms/:id',
    body: { name: 'Another', topic: 'Topic', slowModeMs: 1_000, metadata: { a: 1 } },
  },
  { method: 'DELETE', route: '/api/rooms/:id', status: 204 },
  { method: 'POST', route: '/api/rooms/:id/join', body: {} },
  { method: 'POST', route: '/api/rooms/:id/leave', body: {}, status: 204 },
  { method: 'GET', route: '/api/rooms/:id/members', query: { limit: '1', q: 'b' } },
  { method: 'PUT', route: '/api/rooms/:id/members/:userId', params: BEN, body: { role: 'admin' } },
  { method: 'DELETE', route: '/api/rooms/:id/members/:userId', params: BEN, status: 204 },
  {
    method: 'PUT',
    route: '/api/rooms/:id/bans/:userId',
    params: CY,
    body: { reason: 'Reason', until: 4_000_000_000_000 },
    status: 204,
  },
  { method: 'DELETE', route: '/api/rooms/:id/bans/:userId', params: CY, status: 204 },
  { method: 'PUT', route: '/api/rooms/:id/mutes/:userId', params: BEN, body: { until: null }, status: 204 },
  { method: 'DELETE', route: '/api/rooms/:id/mutes/:userId', params: BEN, status: 204 },
  { method: 'GET', route: '/api/rooms/:id/messages', query: { limit: '2' } },
  { method: 'GET', route: '/api/rooms/:id/messages', query: { after: '1', limit: '2' } },
  {
    method: 'POST',
    route: '/api/rooms/:id/messages',
    body: {
      clientId: 'real',
      content: 'Grüße 🚢',
      kind: 'text',
      mentions: ['ben'],
      seen: 1,
      replyTo: null,
      attachments: [],
    },
    status: 201,
  },
  {
    method: 'PATCH',
    route: '/api/rooms/:id/messages/:messageId',
    body: { content: 'Edited', mentions: ['ben'] },
  },
  { method: 'DELETE', route: '/api/rooms/:id/messages/:messageId' },
  { method: 'GET', route: '/api/rooms/:id/messages/:messageId/seen' },
  { method: 'GET', route: '/api/rooms/:id/sync', query: { epoch: 'x', seq: '1', window: '10' } },
  { method: 'POST', route: '/api/sync', body: { rooms: [{ roomId: 'none' }, { roomId: 'none', epoch: 'x', seq: 1 }] } },
  { method: 'PUT', route: '/api/rooms/:id/read', body: { seq: 1 } },
  { method: 'PUT', route: '/api/rooms/:id/unread', body: { seq: 1 } },
  { method: 'PUT', route: '/api/rooms/:id/notifications', body: { muted: true } },
  { method: 'GET', route: '/api/presence', query: { users: 'ben,cy' } },
  { method: 'GET', route: '/api/rooms/:id/presence', query: { since: '0' } },
  { method: 'GET', route: '/api/me' },
  { method: 'PATCH', route: '/api/me', body: { readReceipts: true, appearOffline: false } },
  { method: 'POST', route: '/api/tickets', body: {} },
  {
    method: 'POST',
    route: '/api/commands',
    body: [
      { type: 'ping', n: 1 },
      { type: 'typing.start', roomId: 'none' },
    ],
  },
  { method: 'GET', route: '/api/events', query: { rooms: 'none@x:1', inbox: '1' }, status: NOT_BUILT },
  { method: 'POST', route: '/api/poll', body: { rooms: [{ roomId: 'none' }], waitMs: 1 }, status: NOT_BUILT },
  { method: 'GET', route: '/api/search', query: { q: '"a" NEAR b*' }, status: NOT_BUILT },
  { method: 'POST', route: '/api/uploads', body: {}, status: NOT_BUILT },
  { method: 'GET', route: '/api/files/:id', status: NOT_BUILT },
  { method: 'GET', route: '/api/socket', status: 426 },
]
