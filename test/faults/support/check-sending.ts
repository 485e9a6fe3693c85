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
    if (message !== undefined && isThere(line, events.slice(0, line.seq), message)) return []
    const { device, change, messageId, seq } = line
    return [
      { rule: 'DUR2', what: `${device} was told that ${change} of ${messageId} is ${seq} of ${roomId}, it is not` },
    ]
  })
}

/**
 * Whether the log up to the seq that was told holds the change. That seq need not be the change's own: what is sent again after
 * a break changes nothing, and is told the latest seq of the moment. Later changes may stand behind it.
 */
function isThere(line: Extract<HistoryLine, { what: 'changed' }>, until: readonly RoomEvent[], message: Message) {
  switch (line.change) {
    case 'message.delete':
      return until.some(event => event.kind === 'message.deleted' && event.messageId === line.messageId)
    case 'message.edit':
      // The text of a deleted message is nowhere.
      return message.deletedAt !== null || lastText(until, line.messageId) === line.value
    case 'reaction.add':
      return until.some(
        event =>
          event.kind === 'reaction.added' &&
          event.messageId === line.messageId &&
          event.key === line.value &&
          event.userId === line.userId,
      )
    default:
      return assertNever(line.change)
  }
}

/** What a message was edited to last. */
function lastText(events: readonly RoomEvent[], messageId: string): string | null {
  const edit = events.findLast(event => event.kind === 'message.edited' && event.messageId === messageId)
  return edit?.kind === 'message.edited' ? edit.content : null
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
