import type { RoomView } from '@holdfast/client'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'

interface TimelineStartProps {
  readonly view: RoomView
  /** What the room is called. */
  readonly title: string
  readonly onLoadOlder: () => void
}

/** The top of a timeline: the way further back, or the room's beginning. Its height is the same while loading. */
export function TimelineStart({ view, title, onLoadOlder }: TimelineStartProps): ReactNode {
  if (view.hasMore) {
    return (
      <div className="hf-start" data-kind="more">
        <Button onClick={onLoadOlder} aria-disabled={view.loadingOlder}>
          {view.loadingOlder ? 'Loading earlier messages…' : 'Show earlier messages'}
        </Button>
      </div>
    )
  }
  return (
    <div className="hf-start" data-kind="beginning">
      <Mark className="hf-start-mark" />
      <h2 className="hf-start-title" dir="auto">
        {title}
      </h2>
      <p className="hf-start-text">
        {view.timeline.length === 0
          ? 'Nothing has been said here yet. Write the first message.'
          : 'This is where it all begins.'}
      </p>
    </div>
  )
}
