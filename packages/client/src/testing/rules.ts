import {
  canDeleteMessage,
  canEditMessage,
  canModerate,
  countReactions,
  type ErrorCode,
  hasReacted,
  isStorableText,
  MAX_REACTIONS_PER_MESSAGE,
  type Message,
  type MessageSend,
  type Role,
  type UpFrame,
  utf8Length,
} from '@holdfast/protocol'
import type { FakeRoom, NewEvent } from './fake-room.ts'

/** What becomes of a command: it is refused, or these events are written; none when there is nothing to change. */
export type Ruling =
  | { readonly refused: ErrorCode; readonly retryAfterMs?: number }
  | { readonly refused: null; readonly events: readonly NewEvent[] }

/** Frames that change a message which is there. */
export type ChangeFrame = Extract<UpFrame, { messageId: string }>

/** Somebody in front of a room. */
export interface Standing {
  readonly room: FakeRoom
  readonly userId: string
  /** Null: no member. */
  readonly role: Role | null
}

export function refuse(refused: ErrorCode, retryAfterMs?: number): Ruling {
  return retryAfterMs === undefined ? { refused } : { refused, retryAfterMs }
}

export function write(...events: readonly NewEvent[]): Ruling {
  return { refused: null, events }
}

/** Whether this person may read the room, and as what; else why not. A room that is not there is none that they may know of. */
export function enter(room: FakeRoom | undefined, userId: string): Standing | ErrorCode {
  if (room === undefined) return 'not_found'
  const { state } = room
  const isPublic = state.room.type === 'public'
  if (room.banned.has(userId)) return isPublic ? 'forbidden' : 'not_found'
  const role = state.members.get(userId)?.role ?? null
  return role === null && !isPublic ? 'not_found' : { room, userId, role }
}

/** Why `content` cannot be what a message says; null: it can. */
export function refusalOfContent(content: string, contentBytes: number): ErrorCode | null {
  if (utf8Length(content) > contentBytes) return 'too_large'
  return isStorableText(content) && content.trim() !== '' ? null : 'bad_request'
}

/** Why a message cannot be taken, whoever sends it wherever; null: it can. */
export function refusalOfDraft({ kind, attachments, content }: MessageSend, contentBytes: number): ErrorCode | null {
  if (kind === 'system') return 'forbidden'
  if (attachments !== undefined && attachments.length > 0) return 'unsupported'
  return refusalOfContent(content, contentBytes)
}

/** Why this person's message cannot be written now; null: it can. `isBlocked`: it comes behind one that was refused for now. */
export function rulingOnSend(
  { room, userId, role }: Standing,
  frame: MessageSend,
  isBlocked: boolean,
  nowMs: number,
): Ruling | null {
  if (role === null) return refuse('forbidden')
  const before = room.sentBefore(userId, frame)
  if (before !== null) return before === 'same' ? null : refuse('conflict')
  if (isBlocked) return refuse('out_of_order')
  const { replyTo = null } = frame
  if (replyTo !== null && !room.messages.some(({ id }) => id === replyTo)) return refuse('not_found')
  if (room.silenced.has(userId)) return refuse('muted')
  const { slowModeMs } = room.state.room
  const last = room.messages.findLast(({ senderId }) => senderId === userId)
  if (slowModeMs === 0 || canModerate(role) || last === undefined) return null
  // A stamp may be ahead of the clock.
  const waitMs = Math.min(slowModeMs, last.createdAt + slowModeMs - nowMs)
  return waitMs > 0 ? refuse('rate_limited', waitMs) : null
}

/** What becomes of a change of a message. */
export function rulingOnChange(standing: Standing, frame: ChangeFrame, nowMs: number): Ruling {
  const message = standing.room.messages.find(({ id }) => id === frame.messageId)
  if (message === undefined) return refuse('not_found')
  switch (frame.type) {
    case 'message.edit':
      return edit(standing, message, frame, nowMs)
    case 'message.delete':
      return remove(standing, message, nowMs)
    case 'message.pin':
    case 'message.unpin':
      return pin(standing, message, frame.type === 'message.pin')
    case 'reaction.add':
    case 'reaction.remove':
      return react(standing, message, frame.key, frame.type === 'reaction.add')
  }
}

function edit(
  { room, userId, role }: Standing,
  message: Message,
  { content, mentions }: Extract<ChangeFrame, { type: 'message.edit' }>,
  nowMs: number,
): Ruling {
  if (!canEditMessage(role, message.senderId === userId)) return refuse('forbidden')
  if (room.silenced.has(userId)) return refuse('muted')
  if (message.deletedAt !== null) return refuse('conflict')
  const after = [...new Set(mentions ?? message.mentions)]
  const areSame = after.length === message.mentions.length && after.every(each => message.mentions.includes(each))
  if (content === message.content && areSame) return write()
  const event = { kind: 'message.edited', by: userId, messageId: message.id, content, editedAt: nowMs } as const
  return write(areSame ? event : { ...event, mentions: after })
}

function remove({ userId, role }: Standing, message: Message, nowMs: number): Ruling {
  if (!canDeleteMessage(role, message.senderId === userId)) return refuse('forbidden')
  if (message.deletedAt !== null) return write()
  return write({ kind: 'message.deleted', by: userId, messageId: message.id, deletedAt: nowMs })
}

function pin({ userId, role }: Standing, message: Message, isPin: boolean): Ruling {
  if (!canModerate(role)) return refuse('forbidden')
  if (message.deletedAt !== null) return refuse('conflict')
  if (message.pinned === isPin) return write()
  return write({ kind: isPin ? 'message.pinned' : 'message.unpinned', by: userId, messageId: message.id })
}

function react({ userId, role }: Standing, message: Message, key: string, isAdd: boolean): Ruling {
  if (role === null) return refuse('forbidden')
  if (message.deletedAt !== null) return refuse('conflict')
  if (hasReacted(message.reactions, key, userId) === isAdd) return write()
  if (isAdd && countReactions(message.reactions) >= MAX_REACTIONS_PER_MESSAGE) return refuse('too_large')
  const kind = isAdd ? 'reaction.added' : 'reaction.removed'
  return write({ kind, by: userId, messageId: message.id, key, userId })
}
