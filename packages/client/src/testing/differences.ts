import type { Member, Message } from '@holdfast/protocol'
import { deepEqual } from '../equal.ts'
import type { RoomView } from '../store/room-view.ts'
import type { MessageEntry, PendingEntry } from '../store/timeline-entry.ts'

/** What of a view is compared. */
export interface Shown
  extends Pick<
    RoomView,
    | 'status'
    | 'refusal'
    | 'continuity'
    | 'loadingOlder'
    | 'hasMore'
    | 'room'
    | 'members'
    | 'memberCount'
    | 'reads'
    | 'lastReadSeq'
    | 'unread'
  > {
  readonly timeline: readonly (Pick<MessageEntry, 'kind' | 'message'> | PendingEntry)[]
}

/** Somebody's view of a room, as it is compared. */
export interface Look {
  /** What messages about them call them. */
  readonly name: string
  /** Null: not known. */
  readonly userId: string | null
  readonly view: Shown
  /** What can be said of how they are connected; empty: nothing. */
  readonly connection: string
}

/** Texts are quoted up to so many characters. */
const MAX_QUOTED = 60

/**
 * In what these views of one room do not agree, or are not settled; none when all show the same. What matters first comes first: who does
 * not read the room, or has something on its way; then the log; then what is beside it. `allowFailed`: what the server has refused
 * for good may stand there still.
 */
export function differencesOf(looks: readonly Look[], allowFailed = false): readonly string[] {
  const alone = looks.flatMap(look => unsettled(look, allowFailed))
  // The furthest one knows best what the others lack.
  const [furthest] = looks.toSorted((a, b) => b.view.continuity.seq - a.view.continuity.seq)
  if (furthest === undefined) return alone
  const others = looks.filter(look => look !== furthest && look.view.continuity.epoch !== null)
  const together = others.flatMap(look => logDifferences(furthest, look))
  const beside = others.flatMap(look => readDifferences(furthest, look))
  return [...alone, ...together, ...beside]
}

/** Why this one cannot be compared yet, or shows what nobody should. */
function unsettled({ name, view, connection }: Look, allowFailed: boolean): readonly string[] {
  const found: string[] = []
  const { status, refusal, continuity, loadingOlder } = view
  if (status !== 'live') {
    const reason = refusal?.message ?? (status === 'closed' ? 'nobody holds it open' : connection)
    found.push(`${name} does not follow the room, it is ${status}${reason === '' ? '' : ` (${reason})`}`)
  }
  if (continuity.gap !== null) found.push(`${name} has a gap behind #${continuity.gap.after}`)
  if (loadingOlder) found.push(`${name} is loading older messages`)
  for (const row of view.timeline) {
    if (row.kind !== 'pending' || (allowFailed && row.status === 'failed')) continue
    found.push(`${name} has ${quoted(row.content)} on its way, ${row.status}${row.error ? ` (${row.error.code})` : ''}`)
  }
  const messages = messagesOf(view)
  for (const [place, { seq }] of messages.entries()) {
    const before = messages[place - 1]?.seq ?? 0
    if (seq <= before) found.push(`${name} shows #${seq} behind #${before}`)
  }
  return found
}

/** In what the second lacks or differs of what the first shows of the log. */
function logDifferences(a: Look, b: Look): readonly string[] {
  const [one, two] = [a.view.continuity, b.view.continuity]
  if (one.epoch !== two.epoch) return [`${a.name} reads the log ${one.epoch}, ${b.name} reads ${two.epoch}`]
  const found = [...messageDifferences(a, b)]
  if (one.seq !== two.seq) found.push(`${a.name} is at #${one.seq}, ${b.name} is at #${two.seq}`)
  found.push(...fieldDifferences('the room', a, a.view.room, b, b.view.room), ...memberDifferences(a, b))
  return found
}

/** Both may lack what is older than they have loaded; from where both hold everything they must agree. */
function messageDifferences(a: Look, b: Look): readonly string[] {
  const from = Math.max(heldFrom(a.view), heldFrom(b.view))
  const [one, two] = [bySeq(a.view, from), bySeq(b.view, from)]
  const seqs = [...new Set([...one.keys(), ...two.keys()])].toSorted((x, y) => x - y)
  return seqs.flatMap(seq => {
    const [first, second] = [one.get(seq), two.get(seq)]
    if (first === undefined)
      return second === undefined ? [] : [`${a.name} lacks ${titleOf(second)}, which ${b.name} shows`]
    if (second === undefined) return [`${b.name} lacks ${titleOf(first)}, which ${a.name} shows`]
    return fieldDifferences(titleOf(first), a, first, b, second)
  })
}

/** Of a large room not all members are held: then those whom both hold are compared. */
function memberDifferences(a: Look, b: Look): readonly string[] {
  const found = valueDifference('the number of members', a, a.view.memberCount, b, b.view.memberCount)
  const [one, two] = [byId(a.view.members), byId(b.view.members)]
  const isWhole = [a, b].every(({ view }) => view.members.length >= view.memberCount)
  for (const userId of new Set([...one.keys(), ...two.keys()])) {
    const [first, second] = [one.get(userId), two.get(userId)]
    if (first !== undefined && second !== undefined) {
      found.push(...fieldDifferences(`the member ${userId}`, a, first, b, second))
    } else if (isWhole) {
      const [who, whom] = first === undefined ? [a, b] : [b, a]
      found.push(`${who.name} lacks the member ${userId}, whom ${whom.name} shows`)
    }
  }
  if (found.length > 0 || !isWhole) return found
  return valueDifference('the order of members', a, [...one.keys()], b, [...two.keys()])
}

/** Read positions that both are shown; and, when both are the same person, their own. */
function readDifferences(a: Look, b: Look): readonly string[] {
  if (a.view.continuity.epoch !== b.view.continuity.epoch) return []
  const found: string[] = []
  for (const [userId, seq] of Object.entries(a.view.reads)) {
    if (userId === a.userId || userId === b.userId || !Object.hasOwn(b.view.reads, userId)) continue
    found.push(...valueDifference(`how far ${userId} has read`, a, seq, b, b.view.reads[userId]))
  }
  if (a.userId === null || a.userId !== b.userId) return found
  return [
    ...found,
    ...valueDifference('how far they have read themselves', a, a.view.lastReadSeq, b, b.view.lastReadSeq),
    ...valueDifference('what is unread', a, a.view.unread, b, b.view.unread),
  ]
}

function fieldDifferences(what: string, a: Look, first: object | null, b: Look, second: object | null): string[] {
  const [one, two]: readonly Readonly<Record<string, unknown>>[] = [{ ...first }, { ...second }]
  const fields = new Set([...Object.keys(one ?? {}), ...Object.keys(two ?? {})])
  return [...fields].flatMap(field => valueDifference(`${field} of ${what}`, a, one?.[field], b, two?.[field]))
}

function valueDifference(what: string, a: Look, first: unknown, b: Look, second: unknown): string[] {
  if (deepEqual(first, second)) return []
  return [`${what} is ${quoted(first)} for ${a.name}, ${quoted(second)} for ${b.name}`]
}

/** From which seq on a view holds everything. */
function heldFrom(view: Shown): number {
  if (!view.hasMore) return 0
  return messagesOf(view)[0]?.seq ?? view.continuity.seq + 1
}

function bySeq(view: Shown, from: number): ReadonlyMap<number, Message> {
  const held = messagesOf(view).filter(({ seq }) => seq >= from)
  return new Map(held.map(message => [message.seq, message]))
}

function byId(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(members.map(member => [member.userId, member]))
}

function messagesOf(view: Shown): readonly Message[] {
  return view.timeline.flatMap(row => (row.kind === 'message' ? [row.message] : []))
}

function titleOf({ seq, content, senderName }: Message): string {
  return `message #${seq} ${quoted(content)} by ${senderName}`
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
}
