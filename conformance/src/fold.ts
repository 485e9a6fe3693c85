import type { Cursor, Member, Message, Room, RoomEvent, SnapshotBody } from './contract.ts'

/** What people see of a room: the fold of its log (protocol §1), written down a second time for this suite. */
export interface RoomState {
  readonly cursor: Cursor
  readonly room: Room | undefined
  readonly members: ReadonlyMap<string, Member>
  readonly messages: ReadonlyMap<string, Message>
}

/** The state before the first event. */
export function emptyState(epoch: string): RoomState {
  return { cursor: { epoch, seq: 0 }, room: undefined, members: new Map(), messages: new Map() }
}

/** The state that a snapshot brings: it replaces whatever was there. */
export function fromSnapshot(snapshot: SnapshotBody): RoomState {
  return {
    cursor: { epoch: snapshot.epoch, seq: snapshot.seq },
    room: snapshot.room,
    members: new Map(snapshot.members.map(member => [member.userId, member])),
    messages: new Map(snapshot.messages.map(message => [message.id, message])),
  }
}

/** Applies events in order; one that does not continue the cursor is a broken promise and throws. */
export function foldAll(state: RoomState, events: readonly RoomEvent[]): RoomState {
  return events.reduce(fold, state)
}

function fold(state: RoomState, event: RoomEvent): RoomState {
  if (event.seq !== state.cursor.seq + 1) throw new Error(`event ${event.seq} follows ${state.cursor.seq}`)
  const cursor = { epoch: state.cursor.epoch, seq: event.seq }
  const room = event.room ?? state.room
  return { cursor, room, members: foldMembers(state.members, event), messages: foldMessages(state.messages, event) }
}

function foldMembers(members: ReadonlyMap<string, Member>, event: RoomEvent): ReadonlyMap<string, Member> {
  if (event.member !== undefined) return new Map(members).set(event.member.userId, event.member)
  if (event.kind !== 'member.left' || event.userId === undefined) return members
  const rest = new Map(members)
  rest.delete(event.userId)
  return rest
}

function foldMessages(messages: ReadonlyMap<string, Message>, event: RoomEvent): ReadonlyMap<string, Message> {
  if (event.message !== undefined) return new Map(messages).set(event.message.id, event.message)
  const message = event.messageId === undefined ? undefined : messages.get(event.messageId)
  if (message === undefined) return messages
  return new Map(messages).set(message.id, { ...message, ...changeOf(message, event) })
}

function changeOf(message: Message, event: RoomEvent): Partial<Message> {
  switch (event.kind) {
    case 'message.edited':
      return {
        content: event.content ?? '',
        editedAt: event.editedAt ?? null,
        ...(event.mentions !== undefined && { mentions: event.mentions }),
      }
    case 'message.deleted':
      return {
        content: '',
        attachments: [],
        mentions: [],
        reactions: {},
        pinned: false,
        deletedAt: event.deletedAt ?? null,
      }
    case 'reaction.added':
    case 'reaction.removed':
      return { reactions: foldReactions(message.reactions, event) }
    case 'message.pinned':
      return { pinned: true }
    case 'message.unpinned':
      return { pinned: false }
    default:
      return {}
  }
}

function foldReactions(reactions: Message['reactions'], event: RoomEvent): Message['reactions'] {
  const { key = '', userId = '' } = event
  const others = (Object.hasOwn(reactions, key) ? (reactions[key] ?? []) : []).filter(one => one !== userId)
  const users = event.kind === 'reaction.added' ? [...others, userId] : others
  const rest = Object.entries(reactions).filter(([one]) => one !== key)
  return Object.fromEntries(users.length === 0 ? rest : [...rest, [key, users]])
}

/** The state in a form that two readers can be compared by: order of arrival in maps and reaction lists set aside. */
export function comparable(state: RoomState): object {
  const messages = [...state.messages.values()].sort((a, b) => a.seq - b.seq)
  return {
    cursor: state.cursor,
    room: state.room,
    members: [...state.members.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1)),
    messages: messages.map(message => ({ ...message, reactions: sortedReactions(message.reactions) })),
  }
}

function sortedReactions(reactions: Message['reactions']): [string, string[]][] {
  const entries = Object.entries(reactions).filter(([, users]) => users.length > 0)
  return entries
    .map(([key, users]): [string, string[]] => [key, [...users].sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
