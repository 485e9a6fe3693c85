import type { TimelineEntry } from '@holdfast/client'
import { type ReactNode, useState } from 'react'
import { Icon } from '../../ui/icon.tsx'

interface JumpToLatestProps {
  readonly entries: readonly TimelineEntry[]
  readonly onPress: () => void
}

/** The way back to the newest message, with how many came since the reader left it. Mounted while the reader is in history. */
export function JumpToLatest({ entries, onPress }: JumpToLatestProps): ReactNode {
  const [leftAt] = useState(() => newestSeq(entries))
  const count = entries.filter(entry => entry.kind === 'message' && !entry.own && entry.message.seq > leftAt).length
  return (
    <button type="button" className="hf-jump" onClick={onPress} data-new={count > 0}>
      <Icon name="down" />
      {count === 0 ? 'Jump to latest' : `${count} new ${count === 1 ? 'message' : 'messages'}`}
    </button>
  )
}

function newestSeq(entries: readonly TimelineEntry[]): number {
  const newest = entries.findLast(entry => entry.kind === 'message')
  return newest?.kind === 'message' ? newest.message.seq : 0
}
