import type { TimelineEntry } from '@holdfast/client'
import { dayOf } from '../../ui/dates.ts'

/** Messages of one author closer together than this stand as one group, in milliseconds. */
export const GROUP_MS = 5 * 60_000

/** What the list shows, top to bottom. Flat, so that a virtual list can take it as it is. */
export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'new'; readonly key: string }
  | {
      readonly kind: 'entry'
      readonly key: string
      readonly entry: TimelineEntry
      /** The first of a group says who speaks; those that continue it do not repeat it. */
      readonly continues: boolean
    }

/**
 * Lays days, the line above what is new, and groups into a timeline. `newAfter`: the line stands above the first message by
 * somebody else with a higher seq; null: no line.
 */
export function timelineRows(entries: readonly TimelineEntry[], newAfter: number | null): readonly TimelineRow[] {
  const rows: TimelineRow[] = []
  let previous: TimelineEntry | null = null
  let isNewShown = newAfter === null
  for (const entry of entries) {
    const isNewDay = previous === null || dayOf(timeOf(previous)) !== dayOf(timeOf(entry))
    if (isNewDay) rows.push({ kind: 'day', key: `day ${dayOf(timeOf(entry))} ${entry.key}`, at: timeOf(entry) })
    const isFirstNew = !isNewShown && newAfter !== null && isNewTo(entry, newAfter)
    if (isFirstNew) rows.push({ kind: 'new', key: 'new' })
    isNewShown ||= isFirstNew
    const continues = !isNewDay && !isFirstNew && previous !== null && belongsTo(previous, entry)
    rows.push({ kind: 'entry', key: entry.key, entry, continues })
    previous = entry
  }
  return rows
}

/** When it was written. */
export function timeOf(entry: TimelineEntry): number {
  return entry.kind === 'message' ? entry.message.createdAt : entry.createdAt
}

function isNewTo(entry: TimelineEntry, newAfter: number): boolean {
  return entry.kind === 'message' && !entry.own && entry.message.seq > newAfter && entry.message.deletedAt === null
}

function belongsTo(previous: TimelineEntry, entry: TimelineEntry): boolean {
  return authorOf(previous) === authorOf(entry) && timeOf(entry) - timeOf(previous) < GROUP_MS
}

/** Own messages have one author whether or not the log holds them yet. */
function authorOf(entry: TimelineEntry): string {
  if (entry.own) return 'own'
  return entry.kind === 'message' ? `${entry.message.type} ${entry.message.senderId}` : ''
}
