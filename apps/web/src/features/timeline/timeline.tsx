import type { RoomHandle, RoomView } from '@holdfast/client'
import type { Member, Message } from '@holdfast/protocol'
import type { Composer } from '@holdfast/react'
import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { notifyFailure } from '../../ui/notices.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { JumpToLatest } from './jump-to-latest.tsx'
import { MessageList } from './message-list.tsx'
import { PausedReading } from './paused-reading.tsx'
import { seenPositions } from './seen-positions.ts'
import { TimelineToolsProvider } from './timeline-context.ts'
import { TimelineStart } from './timeline-start.tsx'
import { TypingLine } from './typing-line.tsx'
import { useJump } from './use-jump.ts'
import { useMarkRead, useNewLine } from './use-reading.ts'
import { useScroll } from './use-scroll.ts'
import { useTools } from './use-tools.ts'
import { useUnreadHeld } from './use-unread-held.ts'

interface TimelineProps {
  readonly handle: RoomHandle
  readonly view: RoomView
  /** What the room is called. */
  readonly title: string
  /** Myself as a member; null: reading only. */
  readonly self: Member | null
  readonly composer: Composer
  readonly focusComposer: () => void
  /** Ends that messages are marked unread. */
  readonly resumeReading: () => void
}

/** The messages of a room. Mounted once its first window is here, and anew for each room. */
export function Timeline(props: TimelineProps): ReactNode {
  const { handle, view, title, self, composer, focusComposer, resumeReading } = props
  const isCaughtUp = useUnreadHeld(handle, view, self !== null)
  const loadOlder = useCallback(() => void handle.loadOlder().catch(notifyFailure), [handle])
  const scroll = useScroll(handle, view.timeline, isCaughtUp, loadOlder)
  const jumpTo = useJump(handle, view, scroll.content, scroll.toRow)
  const [doomed, setDoomed] = useState<Message | null>(null)
  const newAfter = useNewLine(view, isCaughtUp)
  useMarkRead(handle, view, self !== null && isCaughtUp, scroll)
  useFollowOwn(view, scroll.toEnd)
  const { reads, memberCount } = view
  const positions = useMemo(() => seenPositions({ reads, memberCount }), [reads, memberCount])
  const tools = useTools({ handle, view, self, composer, focusComposer, jumpTo, resumeReading, askDelete: setDoomed })
  const markRead = () => {
    resumeReading()
    handle.markRead()
    scroll.scroller.current?.focus()
  }
  return (
    <TimelineToolsProvider value={tools}>
      <div className="hf-timeline">
        <div
          ref={scroll.scroller}
          className="hf-scroller"
          role="log"
          aria-live="off"
          aria-label={`Messages in ${title}`}
          aria-busy={view.loadingOlder}
          tabIndex={-1}
        >
          <div ref={scroll.content} className="hf-content">
            <TimelineStart view={view} title={title} onLoadOlder={loadOlder} />
            <MessageList entries={view.timeline} newAfter={newAfter} positions={positions} edit={composer.edit} />
          </div>
        </div>
        <PausedReading isPaused={view.isMarkedUnread} onMarkRead={markRead} />
        {scroll.isPinned ? null : <JumpToLatest entries={view.timeline} onPress={scroll.toEnd} />}
      </div>
      <TypingLine view={view} />
      {doomed === null ? null : <DeleteDialog handle={handle} message={doomed} onClose={() => setDoomed(null)} />}
    </TimelineToolsProvider>
  )
}

/** Writing something brings its writer to the end, where it appears. What waits there from before moves nobody. */
function useFollowOwn({ timeline }: RoomView, toEnd: () => void): void {
  const known = useRef<ReadonlySet<string> | null>(null)
  useLayoutEffect(() => {
    const waiting = keysWaiting(timeline)
    const newest = timeline.at(-1)?.key ?? ''
    const isNew = waiting.has(newest) && known.current?.has(newest) === false
    known.current = waiting
    if (isNew) toEnd()
  }, [timeline, toEnd])
}

/** What waits to be sent ends the timeline: a long one is not walked for each message that comes. */
function keysWaiting(timeline: RoomView['timeline']): ReadonlySet<string> {
  const keys = new Set<string>()
  for (let i = timeline.length - 1; i >= 0; i--) {
    const entry = timeline[i]
    if (entry?.kind !== 'pending') break
    keys.add(entry.key)
  }
  return keys
}
