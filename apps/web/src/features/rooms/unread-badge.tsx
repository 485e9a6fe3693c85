import { UNREAD_CAP } from '@holdfast/protocol'
import type { ReactNode } from 'react'

/** How many unread messages, in a word: the server counts up to 100. */
export function unreadWord(count: number): string {
  return count >= UNREAD_CAP ? `${UNREAD_CAP - 1}+` : String(count)
}

interface BadgeProps {
  readonly count: number
  /** The room calls nobody: a number that one may look at, and no more. */
  readonly isQuiet?: boolean
}

/** The number beside a room. */
export function UnreadBadge({ count, isQuiet = false }: BadgeProps): ReactNode {
  if (count === 0) return null
  return (
    <span className="hf-badge" data-quiet={isQuiet}>
      {unreadWord(count)}
      <span className="hf-sr"> unread</span>
    </span>
  )
}

/** How often I am mentioned by what is unread: it calls even from a muted room. */
export function MentionBadge({ count }: Pick<BadgeProps, 'count'>): ReactNode {
  if (count === 0) return null
  const words = `${unreadWord(count)} ${count === 1 ? 'mention' : 'mentions'} of you`
  return (
    <span className="hf-badge hf-badge-mention" title={words}>
      <span aria-hidden="true">@{count === 1 ? null : unreadWord(count)}</span>
      <span className="hf-sr">{words}</span>
    </span>
  )
}
