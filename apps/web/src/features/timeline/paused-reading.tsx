import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'

interface PausedReadingProps {
  /** Messages were marked unread: what is on the screen does not count as read. */
  readonly isPaused: boolean
  readonly onMarkRead: () => void
}

/** Says, also to who does not see it, that what is on the screen does not count as read, and ends that. Mounted always. */
export function PausedReading({ isPaused, onMarkRead }: PausedReadingProps): ReactNode {
  return (
    <div className="hf-paused" role="status">
      {isPaused ? (
        <div className="hf-paused-line">
          <span>Marked unread. Reading goes on when you come back.</span>
          <Button onClick={onMarkRead}>Mark as read</Button>
        </div>
      ) : null}
    </div>
  )
}
