import { assertNever, type Message, type RoomEvent } from '@holdfast/protocol'
import type { Evidence, Violation } from './evidence.ts'
import type { HistoryLine } from './history-lines.ts'
import type { RoomTruth } from './store-log.ts'

type Wrote = Extract<HistoryLine, { what: 'wrote' }>

/** What is told of everything that was sent: DUR2, SEND1, SEND2 and SDK4. */
export function checkSending(evidence: Evidence): readonly Violation[] {
  return evidence.rooms.flatMap(room => [
    ...acknowledgedIsThere(room, evidence),
    ...changedIsThere(room, evidence),
    ...sentOnce(room, evidence),
    ...orderIsKept(room, evidence),
    ...nothingIsGivenUp(room, evidence),
  ])
}

/** DUR2: what was acknowledged is in the log, in the place that was told. */
function acknowledgedIsThere({ roomId, state }: RoomTruth, { lines }: Evidence): readonly Violation[] {
  const bySeq = new Map(state.messages.map(message => [message.seq, message]))
  return lines.flatMap(line => {
    if (line.what !== 'acked' || line.roomId !== roomId) return []
    const { device, userId, clientId, at } = line
    const there = bySeq.get(at.seq)
    if (there?.id === at.messageId && there.clientId === clientId && there.senderId === userId) return []
    return [{ rule: 'DUR2', what: `${device} was told that ${clientId} is ${at.seq} of ${roomId}, which it is not` }]
  })
}

/** DUR2 for edits, deletions and reactions. */
function changedIsThere({ roomId, events, state }: RoomTruth, { lines }: Evidence): readonly Violation[] {
  const byId = new Map(state.messages.map(message => [message.id, message]))
  return lines.flatMap(line => {
    if (line.what !== 'changed' || line.roomId !== roomId) return []
    const message = byId.get(line.messageId)
    if (message !== undefined && isThere(line, events[line.seq - 1], message)) return []
    const { device, change, messageId, seq } = line
    return [
      { rule: 'DUR2', what: `${device} was told that ${change} of ${messageId} is ${seq} of ${roomId}, it is not` },
    ]
  })
}

/**
 * The text of a deleted message is nowhere. An edit that was sent again after a break changes nothing, and is told the latest seq:
 * then the message says what it says.
 */
function isThere(line: Extract<HistoryLine, { what: 'changed' }>, event: RoomEvent | undefined, message: Message) {
  if (message.deletedAt !== null) return true
  switch (line.change) {
    case 'message.delete':
      return false
    case 'message.edit':
      return message.content === line.value || isEdit(event, line.messageId, line.value)
    case 'reaction.add':
      return message.reactions[line.value]?.includes(line.userId) === true
    default:
      return assertNever(line.change)
  }
}

function isEdit(event: RoomEvent | undefined, messageId: string, content: string): boolean {
  return event?.kind === 'message.edited' && event.messageId === messageId && event.content === content
}

/** SEND1: one message for each that was written, and it says what was written. */
function sentOnce({ roomId, events }: RoomTruth, { lines }: Evidence): readonly Violation[] {
  const written = new Map<string, Wrote>()
  for (const line of lines) if (line.what === 'wrote' && line.roomId === roomId) written.set(nameOf(line), line)
  const found: Violation[] = []
  const seen = new Set<string>()
  for (const event of events) {
    if (event.kind !== 'message.created') continue
    const { senderId: userId, clientId, content, deletedAt, editedAt } = event.message
    const name = nameOf({ userId, clientId })
    if (seen.has(name)) found.push({ rule: 'SEND1', what: `${roomId} has ${name} twice` })
    seen.add(name)
    const said = written.get(name)?.content
    const isAsWritten = deletedAt !== null || editedAt !== null || content === said
    if (!isAsWritten) found.push({ rule: 'LOG7', what: `${name} of ${roomId} says ${content}, ${said} was written` })
  }
  return found
}

/** SEND2, SDK4: what one device has written is in the log in the order written. */
function orderIsKept({ roomId, state }: RoomTruth, { lines }: Evidence): readonly Violation[] {
  const seqs = new Map(
    state.messages.map(({ senderId, clientId, seq }) => [nameOf({ userId: senderId, clientId }), seq]),
  )
  const last = new Map<string, number>()
  return lines.flatMap(line => {
    if (line.what !== 'wrote' || line.roomId !== roomId) return []
    const seq = seqs.get(nameOf(line))
    if (seq === undefined) return []
    const before = last.get(line.device) ?? 0
    last.set(line.device, Math.max(before, seq))
    if (seq > before) return []
    return [
      { rule: 'SEND2', what: `${line.clientId} of ${line.device} is ${seq} of ${roomId}, behind it is ${before}` },
    ]
  })
}

/** SDK4: nothing is given up that the server does not refuse for good, and nobody here writes what it would. */
function nothingIsGivenUp({ roomId }: RoomTruth, { lines }: Evidence): readonly Violation[] {
  return lines.flatMap(line => {
    if (line.what !== 'failed' || line.roomId !== roomId) return []
    return [{ rule: 'SDK4', what: `${line.device} gave ${line.clientId} up: ${line.reason}` }]
  })
}

function nameOf({ userId, clientId }: { readonly userId: string; readonly clientId: string }): string {
  return `${userId} ${clientId}`
}
