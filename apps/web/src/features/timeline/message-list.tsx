import type { MessageEntry, TimelineEntry } from '@holdfast/client'
import type { Message } from '@holdfast/protocol'
import type { EditState } from '@holdfast/react'
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  useMemo,
  useRef,
  useState,
} from 'react'
import { now } from '../../platform/browser.ts'
import { dayLabel } from '../../ui/dates.ts'
import { notify } from '../../ui/notices.tsx'
import { canMarkUnread, MARK_UNREAD_KEY } from './mark-unread.ts'
import { MessageRow } from './message-row.tsx'
import { CONTROL, moveFocus, ROW } from './row-focus.ts'
import { countReached } from './seen-positions.ts'
import { useTimelineTools } from './timeline-context.ts'
import { type TimelineRow, timelineRows } from './timeline-rows.ts'

interface MessageListProps {
  readonly entries: readonly TimelineEntry[]
  /** The line above what is new stands behind this seq; null: no line. */
  readonly newAfter: number | null
  /** How far each of the others has read, least first; null: not known of all of them. */
  readonly positions: readonly number[] | null
  readonly edit: EditState | null
}

/** The rows of a timeline: one stop for Tab, arrows inside. Memoised: a key pressed in the composer renders no row. */
export const MessageList = memo(function MessageList(props: MessageListProps): ReactNode {
  const { entries, newAfter, positions, edit } = props
  const rows = useMemo(() => timelineRows(entries, newAfter), [entries, newAfter])
  const byId = useMemo(() => messagesById(entries), [entries])
  const [focusedKey, setFocusedKey] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const tabStop = entries.some(entry => entry.key === focusedKey) ? focusedKey : (entries.at(-1)?.key ?? null)
  const latestOwn = entries.findLast(entry => entry.own)?.key
  const { nameOf, me, markUnread, resumeReading } = useTimelineTools()
  const leaveUnread = (row: HTMLElement) => {
    const entry = entries.find(candidate => candidate.key === row.dataset.row)
    if (entry?.kind === 'message' && canMarkUnread(entry, me?.role ?? null)) markUnread(entry.message)
    else if (entry?.own) notify('Only others’ messages can be left unread.')
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const target = event.target as HTMLElement
    if (event.key === 'Enter' && target.matches(ROW)) resumeReading()
    if (event.key.toUpperCase() === MARK_UNREAD_KEY && target.matches(ROW)) leaveUnread(target)
    else if (list.current !== null && moveFocus(list.current, target, event.key)) event.preventDefault()
  }
  const onClick = (event: MouseEvent<HTMLElement>) => {
    const target = event.target as HTMLElement
    const row = target.closest<HTMLElement>(ROW)
    if (row === null || target.closest(CONTROL) !== null) return
    if (event.altKey) leaveUnread(row)
    else resumeReading()
  }
  const onFocus = (event: FocusEvent<HTMLElement>) => {
    setFocusedKey(event.target.closest<HTMLElement>('[data-row]')?.dataset.row ?? null)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: roles outlive the wrappers of a virtual list, <ul> and <li> do not
    <div ref={list} role="list" className="hf-list" onKeyDown={onKeyDown} onFocus={onFocus} onClick={onClick}>
      {rows.map(row =>
        row.kind === 'entry' ? (
          <MessageRow
            key={row.key}
            entry={row.entry}
            continues={row.continues}
            isTabStop={row.key === tabStop}
            isLatestOwn={row.key === latestOwn}
            seenCount={seenCountOf(row.entry, positions)}
            author={row.entry.kind === 'message' ? nameOf(row.entry.message.senderId) : 'You'}
            quoted={quotedBy(row.entry, byId)}
            edit={isEdited(row.entry, edit) ? edit : null}
          />
        ) : (
          <Divider key={row.key} row={row} />
        ),
      )}
    </div>
  )
})

function Divider({ row }: { readonly row: Exclude<TimelineRow, { kind: 'entry' }> }): ReactNode {
  const words = row.kind === 'day' ? dayLabel(row.at, now()) : 'New messages'
  return (
    // biome-ignore lint/a11y/useSemanticElements: as the list that it stands in
    <div className="hf-divider" role="listitem" data-kind={row.kind}>
      <h3 className="hf-divider-words">{words}</h3>
    </div>
  )
}

/** In a conversation of two, and where it is not known, no number says more than that it was seen. */
function seenCountOf(entry: TimelineEntry, positions: readonly number[] | null): number | null {
  if (positions === null || positions.length === 1 || entry.kind !== 'message' || !entry.own) return null
  return countReached(positions, entry.message.seq)
}

function messagesById(entries: readonly TimelineEntry[]): ReadonlyMap<string, Message> {
  const messages = entries.filter((entry): entry is MessageEntry => entry.kind === 'message')
  return new Map(messages.map(({ message }) => [message.id, message]))
}

function quotedBy(entry: TimelineEntry, byId: ReadonlyMap<string, Message>): Message | undefined {
  const replyTo = entry.kind === 'message' ? entry.message.replyTo : entry.replyTo
  return replyTo === null ? undefined : byId.get(replyTo)
}

function isEdited(entry: TimelineEntry, edit: EditState | null): boolean {
  return entry.kind === 'message' && entry.message.id === edit?.message.id
}
