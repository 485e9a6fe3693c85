import type { PendingEntry } from '@holdfast/client'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icon.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { refusalWords } from './refusal-words.ts'
import { useTimelineTools } from './timeline-context.ts'

/** Under a message that was refused for good: why, and the two ways on. */
export function FailedActions({ entry }: { readonly entry: PendingEntry }): ReactNode {
  const { handle } = useTimelineTools()
  return (
    <div className="hf-failed">
      <span className="hf-failed-reason">
        <Icon name="alert" />
        Not sent: {refusalWords(entry.error)}.
      </span>
      <button type="button" className="hf-text-button" tabIndex={-1} onClick={() => handle.retry(entry.clientId)}>
        Retry
      </button>
      <button
        type="button"
        className="hf-text-button"
        tabIndex={-1}
        onClick={() => handle.discard(entry.clientId).catch(notifyFailure)}
      >
        Discard
      </button>
    </div>
  )
}
