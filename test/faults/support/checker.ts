import { canonical } from './canonical.ts'
import { checkMembership } from './check-membership.ts'
import { checkReading } from './check-reading.ts'
import { checkSending } from './check-sending.ts'
import type { Check, Evidence, Violation } from './evidence.ts'
import { faceOf, type HistoryLine } from './history-lines.ts'

/** What each rule that the evidence can show to be broken is broken by; none: nothing was found. */
export function check(evidence: Evidence): readonly Violation[] {
  return CHECKS.flatMap(find => find(evidence))
}

/** LOG1: seqs are 1, 2, 3, …; LOG3: stamps and message ids follow them. */
function checkLog({ rooms }: Evidence): readonly Violation[] {
  return rooms.flatMap(({ roomId, events, changes }) => {
    const found: Violation[] = changes.map(what => ({ rule: 'LOG1', what: `${roomId}: ${what}` }))
    let lastId = ''
    for (const [i, event] of events.entries()) {
      if (event.seq !== i + 1) found.push({ rule: 'LOG1', what: `${roomId} has ${event.seq} in place ${i + 1}` })
      if (event.at < (events[i - 1]?.at ?? 0))
        found.push({ rule: 'LOG3', what: `${roomId} is earlier at ${event.seq}` })
      if (event.kind !== 'message.created') continue
      if (event.message.id < lastId) found.push({ rule: 'LOG3', what: `${roomId} has an earlier id at ${event.seq}` })
      lastId = event.message.id
    }
    return found
  })
}

/** LOG4: what the server projects is the fold of its own events. */
function checkProjection({ rooms }: Evidence): readonly Violation[] {
  return rooms.flatMap(({ roomId, state, snapshot }) => {
    const told = snapshot.messages.map(canonical)
    const folded = state.messages.slice(state.messages.length - told.length).map(canonical)
    const different = told.findIndex((message, i) => message !== folded[i])
    if (snapshot.seq === state.seq && snapshot.memberCount === state.memberCount && different === -1) return []
    const what = `${roomId}: the snapshot has ${told[different] ?? snapshot.seq} for ${folded[different] ?? state.seq}`
    return [{ rule: 'LOG4', what }]
  })
}

/** LOG7: whatever anybody was sent is in the log, in that very place. */
function checkPhantoms({ rooms, lines }: Evidence): readonly Violation[] {
  const found: Violation[] = []
  const faces = new Map(rooms.map(({ roomId, events }) => [roomId, new Map(events.map(e => [e.seq, faceOf(e)]))]))
  const ids = new Map(rooms.map(({ roomId, state }) => [roomId, new Map(state.messages.map(m => [m.seq, m.id]))]))
  const compare = (line: HistoryLine, seq: number, seen: string, there: string | undefined) => {
    if (seen !== there)
      found.push({ rule: 'LOG7', what: `${line.device} was sent ${seen} at ${seq}, there is ${there}` })
  }
  for (const line of lines) {
    if (line.what === 'events') {
      for (const { seq, face } of line.events) compare(line, seq, face, faces.get(line.roomId)?.get(seq))
    } else if (line.what === 'snapshot') {
      for (const { seq, messageId } of line.places) compare(line, seq, messageId, ids.get(line.roomId)?.get(seq))
    }
  }
  return found
}

/** What a client has noticed by itself: rows twice, rows out of order. */
function checkNoticed({ lines }: Evidence): readonly Violation[] {
  return lines.flatMap(line => (line.what === 'breach' ? [{ rule: line.rule, what: line.text }] : []))
}

const CHECKS: readonly Check[] = [
  checkLog,
  checkProjection,
  checkPhantoms,
  checkNoticed,
  checkSending,
  checkReading,
  checkMembership,
]
