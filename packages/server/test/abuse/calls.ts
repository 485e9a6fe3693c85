/** What a call or frame names. */
export interface Target {
  readonly roomId: string
  readonly messageId: string
  /** Somebody who is in the room. */
  readonly member: string
}

/** One call that names a room, well-formed in every other way. */
export interface RoomCall {
  readonly method: string
  readonly path: (target: Target) => string
  readonly body?: (target: Target) => object
}

function into(method: string, path: (target: Target) => string, body?: (target: Target) => object): RoomCall {
  return {
    method,
    path: target => `/api/rooms/${encodeURIComponent(target.roomId)}${path(target)}`,
    ...(body !== undefined && { body }),
  }
}

const message = ({ messageId }: Target) => `/messages/${encodeURIComponent(messageId)}`
const person = (list: string) => (target: Target) => `/${list}/${encodeURIComponent(target.member)}`

/** Every call that names a room. */
export const CALLS_INTO_A_ROOM: readonly RoomCall[] = [
  into('GET', () => ''),
  into(
    'PATCH',
    () => '',
    () => ({ name: 'Mine now' }),
  ),
  into('DELETE', () => ''),
  into(
    'POST',
    () => '/join',
    () => ({}),
  ),
  into(
    'POST',
    () => '/leave',
    () => ({}),
  ),
  into('GET', () => '/members'),
  into('GET', ({ member }) => `/members?q=${member}`),
  into('PUT', person('members'), () => ({ role: 'admin' })),
  into('DELETE', person('members')),
  into('PUT', person('bans'), () => ({ reason: 'x' })),
  into('DELETE', person('bans')),
  into('PUT', person('mutes'), () => ({})),
  into('DELETE', person('mutes')),
  into('GET', () => '/messages'),
  into('GET', ({ messageId }) => `/messages?around=${messageId}`),
  into('GET', () => '/messages?after=0'),
  into(
    'POST',
    () => '/messages',
    () => ({ clientId: 'c', content: 'x' }),
  ),
  into(
    'POST',
    () => '/messages',
    ({ messageId }) => ({ clientId: 'c', content: 'x', replyTo: messageId }),
  ),
  // The very send of somebody inside: no oracle for what was said.
  into(
    'POST',
    () => '/messages',
    () => ({ clientId: 'first', content: 'The secret text' }),
  ),
  into('PATCH', message, () => ({ content: 'x' })),
  into('DELETE', message),
  into('GET', target => `${message(target)}/seen`),
  into('GET', () => '/sync'),
  into('GET', () => '/sync?epoch=x&seq=1&window=100'),
  into(
    'PUT',
    () => '/read',
    () => ({ seq: 1 }),
  ),
  into(
    'PUT',
    () => '/unread',
    () => ({ seq: 1 }),
  ),
  into(
    'PUT',
    () => '/notifications',
    () => ({ muted: true }),
  ),
  into('GET', () => '/presence'),
  into('GET', () => '/presence?since=0'),
]

type FrameFor = (target: Target) => { readonly type: string }

const about = (type: string, extra: object): FrameFor => {
  return ({ roomId, messageId }) => ({ type, ref: 'r', roomId, messageId, ...extra })
}

/** Every frame that names a room and may be sent in a session or a request. */
export const COMMANDS_INTO_A_ROOM: readonly FrameFor[] = [
  ({ roomId }) => ({ type: 'message.send', roomId, clientId: 'c', content: 'x' }),
  ({ roomId }) => ({ type: 'message.send', roomId, clientId: 'first', content: 'The secret text' }),
  ({ roomId, messageId }) => ({ type: 'message.send', roomId, clientId: 'd', content: 'x', replyTo: messageId }),
  ({ roomId }) => ({ type: 'message.cancel', ref: 'r', roomId, clientId: 'first' }),
  about('message.edit', { content: 'x' }),
  about('message.delete', {}),
  about('reaction.add', { key: 'x' }),
  about('reaction.remove', { key: 'x' }),
  about('message.pin', {}),
  about('message.unpin', {}),
  ({ roomId }) => ({ type: 'room.read', ref: 'r', roomId, seq: 1 }),
  ({ roomId }) => ({ type: 'room.read', ref: 'r', roomId, seq: 1, readRevision: 7 }),
  ({ roomId }) => ({ type: 'typing.start', ref: 'r', roomId }),
  ({ roomId }) => ({ type: 'typing.stop', ref: 'r', roomId }),
  ({ roomId }) => ({ type: 'presence.set', ref: 'r', status: 'online', currentRoom: roomId }),
]

/** Those that only a session may send. */
export const OF_A_SESSION: readonly FrameFor[] = [
  ({ roomId }) => ({ type: 'room.open', ref: 'r', roomId }),
  ({ roomId }) => ({ type: 'room.open', ref: 'r', roomId, epoch: 'x', seq: 1, window: 100 }),
  ({ roomId }) => ({ type: 'room.close', ref: 'r', roomId }),
]

/** An answer in which the room that it names has been made the same as in another's. */
export function withoutRoom(answer: unknown, roomId: string): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(`"roomId":"${roomId}"`, '"roomId":"ROOM"'))
}
