import { UNREAD_CAP } from '@holdfast/protocol'
import type { ReactNode } from 'react'

/** How many unread messages, in a word: the server counts up to 100. */
export function unreadWord(count: number): string {
  return count >= UNREAD_CAP ? `${UNREAD_CAP - 1}+` : String(count)
}

/** The number beside a room. */
export function UnreadBadge({ count }: { readonly count: number }): ReactNode {
  if (count === 0) return null
  return (
    <span className="hf-badge">
      {unreadWord(count)}
      <span className="hf-sr"> unread</span>
    </span>
  )
}
