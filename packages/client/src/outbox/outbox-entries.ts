import type { OutboxEntry } from './outbox-state.ts'
import type { OutboxRecord } from './outbox-storage.ts'

/** The list of a room's outgoing messages: pure operations, in the order written. */

/** The entry of this clientId. */
export function findEntry(entries: readonly OutboxEntry[], clientId: string): OutboxEntry | undefined {
  return entries.find(entry => entry.record.clientId === clientId)
}

/** A new message, behind all others. */
export function addEntry(entries: readonly OutboxEntry[], record: OutboxRecord): readonly OutboxEntry[] {
  return [...entries, { record, phase: 'storing', refusal: null, isDiscarded: false }]
}

/**
 * Those of an earlier page or process, of which none is here: before all that has not been sent, but behind what the server
 * has still to answer, and behind `head`, which it waits for.
 */
export function restoreEntries(
  entries: readonly OutboxEntry[],
  records: readonly OutboxRecord[],
  head: OutboxEntry | undefined,
): readonly OutboxEntry[] {
  const restored = records.map(
    (record): OutboxEntry => ({
      record,
      phase: record.failure === null ? 'queued' : 'failed',
      refusal: record.failure,
      isDiscarded: false,
    }),
  )
  const place = entries.findLastIndex(entry => entry.phase === 'sending' || entry === head) + 1
  return entries.toSpliced(place, 0, ...restored)
}

/** One entry changed. */
export function changeEntry(
  entries: readonly OutboxEntry[],
  clientId: string,
  change: Partial<OutboxEntry>,
): readonly OutboxEntry[] {
  return entries.map(entry => (entry.record.clientId === clientId ? { ...entry, ...change } : entry))
}

/** One entry less. */
export function removeEntry(entries: readonly OutboxEntry[], clientId: string): readonly OutboxEntry[] {
  return entries.filter(entry => entry.record.clientId !== clientId)
}

/** Whether the answer to any of them is awaited. */
export function hasInFlight(entries: readonly OutboxEntry[]): boolean {
  return entries.some(({ phase }) => phase === 'sending')
}

/** The first that waits for its turn. */
export function firstQueued(entries: readonly OutboxEntry[]): OutboxEntry | undefined {
  return entries.find(entry => entry.phase === 'queued')
}

/** What was on its way waits again: its answer will not come, or does not count. */
export function unsend(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return entries.map(entry => (entry.phase === 'sending' ? { ...entry, phase: 'queued' } : entry))
}

/** Sends those that wait, in order, until `most` are on their way. One that is not stored yet holds back all behind it. */
export function markSent(
  entries: readonly OutboxEntry[],
  most: number,
): { readonly entries: readonly OutboxEntry[]; readonly sent: readonly OutboxRecord[] } {
  const sent: OutboxRecord[] = []
  let room = most - entries.filter(entry => entry.phase === 'sending').length
  let isHeldBack = false
  const next = entries.map((entry): OutboxEntry => {
    isHeldBack ||= entry.phase === 'storing'
    if (entry.phase !== 'queued' || isHeldBack || room <= 0) return entry
    room--
    sent.push(entry.record)
    return { ...entry, phase: 'sending' }
  })
  return { entries: sent.length === 0 ? entries : next, sent }
}

/**
 * Those that `userId` may send. What was written before anybody knew who writes becomes theirs (`adopted`); what somebody
 * else has written is left where it is stored.
 */
export function claimEntries(
  entries: readonly OutboxEntry[],
  userId: string,
): { readonly entries: readonly OutboxEntry[]; readonly adopted: readonly OutboxRecord[] } {
  const adopted: OutboxRecord[] = []
  const own = entries.filter(entry => entry.record.userId === null || entry.record.userId === userId)
  const claimed = own.map((entry): OutboxEntry => {
    if (entry.record.userId !== null) return entry
    const record = { ...entry.record, userId }
    adopted.push(record)
    return { ...entry, record }
  })
  return { entries: claimed, adopted }
}
