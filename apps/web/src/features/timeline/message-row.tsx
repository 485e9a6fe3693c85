import type { TimelineEntry } from '@holdfast/client'
import type { Message } from '@holdfast/protocol'
import type { EditState } from '@holdfast/react'
import { memo, type ReactNode, useId, useRef } from 'react'
import { Avatar } from '../../ui/avatar.tsx'
import { clockTime, fullTime } from '../../ui/dates.ts'
import { Icon } from '../../ui/icon.tsx'
import { MessageText } from '../../ui/message-text.tsx'
import { DeliveryStatus } from './delivery-status.tsx'
import { EditForm } from './edit-form.tsx'
import { FailedActions } from './failed-actions.tsx'
import { Quote } from './quote.tsx'
import { Reactions } from './reactions.tsx'
import { MessageToolbar, PendingToolbar } from './row-toolbar.tsx'
import { SeenMark } from './seen-mark.tsx'
import { timeOf } from './timeline-rows.ts'

interface MessageRowProps {
  readonly entry: TimelineEntry
  readonly continues: boolean
  /** The row that Tab reaches. */
  readonly isTabStop: boolean
  /** The newest of one's own says its status in words. */
  readonly isLatestOwn: boolean
  /** How many others have seen an own message; null: that is not known here, or there is but one other. */
  readonly seenCount: number | null
  readonly author: string
  readonly quoted: Message | undefined
  readonly edit: EditState | null
}

/** One message, from the tap on Send to the tombstone: the same row all the while. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactNode {
  const { entry, continues, author } = props
  const row = useRef<HTMLDivElement>(null)
  const id = useId()
  const focusRow = () => row.current?.focus()
  const message = entry.kind === 'message' ? entry.message : null
  const toolbarLabel = `Actions for the message by ${author}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: roles outlive the wrappers of a virtual list, <ul> and <li> do not
    <div
      ref={row}
      role="listitem"
      className="hf-row"
      tabIndex={props.isTabStop ? 0 : -1}
      aria-labelledby={`${id}-author ${id}-body ${id}-meta`}
      data-row={entry.key}
      data-message={message?.id}
      data-seq={message?.seq}
      data-own={entry.own}
      data-continues={continues}
      data-status={entry.status}
    >
      {entry.own || continues ? null : <Avatar id={message?.senderId ?? ''} name={author} />}
      <div className="hf-row-main">
        <span className={continues || entry.own ? 'hf-sr' : 'hf-row-author'} id={`${id}-author`}>
          {entry.own ? 'You' : author}
        </span>
        {props.edit === null ? <Bubble {...props} id={id} /> : <EditForm edit={props.edit} onClose={focusRow} />}
        {message === null ? null : <Reactions message={message} />}
        {entry.status === 'failed' ? <FailedActions entry={entry} /> : null}
      </div>
      {entry.kind === 'message' ? (
        <MessageToolbar entry={entry} label={toolbarLabel} onDone={focusRow} />
      ) : (
        <PendingToolbar entry={entry} label={toolbarLabel} />
      )}
    </div>
  )
})

function Bubble(props: MessageRowProps & { readonly id: string }): ReactNode {
  const { entry, id, quoted } = props
  const message = entry.kind === 'message' ? entry.message : null
  const at = timeOf(entry)
  const isDeleted = message !== null && message.deletedAt !== null
  const replyTo = isDeleted ? null : replyOf(entry)
  return (
    <div className="hf-bubble" data-deleted={isDeleted}>
      {replyTo === null ? null : <Quote messageId={replyTo} quoted={quoted} />}
      <span className="hf-bubble-text" id={`${id}-body`} dir="auto">
        {isDeleted ? (
          <span className="hf-tombstone">
            <Icon name="trash" />
            Message deleted
          </span>
        ) : (
          <MessageText content={contentOf(entry)} tabIndex={-1} />
        )}
      </span>
      <span className="hf-bubble-meta" id={`${id}-meta`}>
        {message?.pinned && !isDeleted ? <PinMark /> : null}
        {message !== null && message.editedAt !== null && !isDeleted ? (
          <span title={`Edited ${fullTime(message.editedAt)}`}>edited </span>
        ) : null}
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
          {clockTime(at)}
        </time>
        {entry.own && !isDeleted ? <OwnStatus {...props} /> : null}
      </span>
    </div>
  )
}

function OwnStatus({ entry, isLatestOwn, seenCount }: MessageRowProps): ReactNode {
  if (entry.kind === 'message' && entry.seen) {
    return <SeenMark message={entry.message} count={seenCount} quiet={!isLatestOwn} />
  }
  const isQuiet = entry.status === 'failed' || (entry.status === 'sent' && !isLatestOwn)
  return <DeliveryStatus status={entry.status} quiet={isQuiet} />
}

function PinMark(): ReactNode {
  return (
    <span className="hf-pin-mark" title="Pinned">
      <Icon name="pin" />
      <span className="hf-sr">Pinned </span>
    </span>
  )
}

function contentOf(entry: TimelineEntry): string {
  return entry.kind === 'message' ? entry.message.content : entry.content
}

function replyOf(entry: TimelineEntry): string | null {
  return entry.kind === 'message' ? entry.message.replyTo : entry.replyTo
}
