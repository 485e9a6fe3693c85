import { assertNever, type Message, type MessageChange, type RoomEvent, reduceMessage } from '@holdfast/protocol'
import type { Decision, SideRow } from '../decide/decision.ts'
import type { RoomRow } from '../facts.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { WriteRows } from './rows.ts'

/** Writes what was decided: each event with its projection, then the rows beside them. */
export function apply(decision: Decision, rows: WriteRows): void {
  const { outcome } = decision
  if (!outcome.ok) return
  const directKey = decision.rows.find(row => row.kind === 'direct')?.directKey ?? null
  for (const event of outcome.events) {
    if (event.kind === 'room.created') rows.insertRoom(event.room, outcome.epoch, directKey)
    applyEvent(event, roomOf(outcome.roomId, rows), rows)
  }
  const last = outcome.events.at(-1)
  if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)
  for (const row of decision.rows) applySideRow(row, outcome.roomId, rows)
}

function applyEvent(event: RoomEvent, room: RoomRow, rows: WriteRows): void {
  switch (event.kind) {
    case 'message.created':
      rows.insertMessage(room, event.message, fingerprintOf(event.message))
      return
    case 'message.edited':
    case 'message.deleted':
    case 'reaction.added':
    case 'reaction.removed':
    case 'message.pinned':
    case 'message.unpinned':
      rows.insertEvent(room, event)
      project(event, room, rows)
      return
    case 'room.created':
      rows.insertEvent(room, event)
      return
    case 'room.updated':
      rows.insertEvent(room, event)
      rows.updateRoom(room, event.room)
      return
    case 'member.joined':
      rows.insertEvent(room, event)
      rows.insertMember(room, event.member, event.seq, rows.settings(event.member.userId).readReceipts)
      return
    case 'member.updated':
      rows.insertEvent(room, event)
      rows.updateMember(room, event.member)
      return
    case 'member.left':
      rows.insertEvent(room, event)
      rows.removeMember(room, event.userId)
      return
    default:
      assertNever(event)
  }
}

/** The message in its new state is what every reader folds: the same function makes both. */
function project(change: MessageChange, room: RoomRow, rows: WriteRows): void {
  const before = rows.message(room, change.messageId)
  if (before === null) throw new Error('unable to apply the change; its message is not there')
  const after: Message = reduceMessage(before, change)
  if (change.kind === 'message.deleted') rows.eraseMessage(room, before, after)
  else if (change.kind === 'message.edited') rows.editMessage(room, before, after, change.seq)
  else rows.updateMessage(room, after)
}

function applySideRow(row: SideRow, roomId: string, rows: WriteRows): void {
  switch (row.kind) {
    case 'direct':
      return
    case 'user':
      rows.setUserName(row.userId, row.name)
      return
    case 'settings':
      rows.setSettings(row.userId, row.settings)
      return
    case 'ban':
      rows.setBan(roomOf(roomId, rows), row.userId, row.ban)
      return
    case 'mute':
      rows.setMute(roomOf(roomId, rows), row.userId, row.mute)
      return
    case 'read':
      rows.setRead(roomOf(roomId, rows), row.userId, row.position)
      return
    case 'muted':
      rows.setNotifications(roomOf(roomId, rows), row.userId, row.muted)
      return
    case 'gone':
      rows.eraseRoom(roomOf(roomId, rows))
      return
    default:
      assertNever(row)
  }
}

function roomOf(roomId: string, rows: WriteRows): RoomRow {
  const room = rows.room(roomId)
  if (room === null) throw new Error('unable to apply the decision; its room is not there')
  return room
}
