import type { MessageEntry, PendingEntry } from '@holdfast/client'
import { canDeleteMessage, canEditMessage, canModerate, type Role } from '@holdfast/protocol'
import { type ReactNode, useState } from 'react'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { canMarkUnread, MARK_UNREAD, MARK_UNREAD_KEY } from './mark-unread.ts'
import { ReactionPicker } from './reactions.tsx'
import { useTimelineTools } from './timeline-context.ts'

interface ToolProps {
  readonly icon: IconName
  readonly label: string
  /** The key that does the same on the row. */
  readonly shortcut?: string
  readonly onPress: () => void
}

function Tool({ icon, label, shortcut, onPress }: ToolProps): ReactNode {
  return (
    <button
      type="button"
      className="hf-tool"
      tabIndex={-1}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  )
}

interface MessageToolbarProps {
  readonly entry: MessageEntry
  readonly label: string
  /** Gives the focus back to the row. */
  readonly onDone: () => void
}

/** What can be done with a message; shown while the row is hovered, touched or focused. */
export function MessageToolbar({ entry, label, onDone }: MessageToolbarProps): ReactNode {
  const { me } = useTimelineTools()
  const [isPicking, setPicking] = useState(false)
  const { message, own } = entry
  const role = me?.role ?? null
  if (message.deletedAt !== null || (role === null && !canDeleteMessage(role, own))) return null
  const startPicking = () => {
    // The button pressed goes away; with the focus on the row the tools stay in sight meanwhile.
    onDone()
    setPicking(true)
  }
  const donePicking = () => {
    setPicking(false)
    onDone()
  }
  return (
    <div
      role="toolbar"
      aria-label={label}
      className="hf-toolbar"
      data-picking={isPicking}
      onKeyDown={event => event.key === 'Escape' && setPicking(false)}
      onBlur={event => event.currentTarget.contains(event.relatedTarget) || setPicking(false)}
    >
      {isPicking ? (
        <>
          <ReactionPicker message={message} onDone={donePicking} />
          <Tool icon="close" label="Back" onPress={donePicking} />
        </>
      ) : (
        <MessageTools entry={entry} role={role} onReact={startPicking} onDone={onDone} />
      )}
    </div>
  )
}

interface MessageToolsProps extends Pick<MessageToolbarProps, 'entry' | 'onDone'> {
  /** Mine in the room; null: reading only. */
  readonly role: Role | null
  readonly onReact: () => void
}

function MessageTools({ entry, role, onReact, onDone }: MessageToolsProps): ReactNode {
  const { handle, composer, askDelete, focusComposer, markUnread } = useTimelineTools()
  const { message, own } = entry
  const reply = () => {
    composer.reply(message)
    focusComposer()
  }
  const togglePin = () => {
    const done = message.pinned ? handle.unpin(message.id) : handle.pin(message.id)
    done.catch(notifyFailure)
  }
  const leaveUnread = () => {
    markUnread(message)
    onDone()
  }
  const remove = () => {
    // The dialog gives the focus back to where it came from, and after the deletion only the row is left.
    onDone()
    askDelete(message)
  }
  return (
    <>
      <Tool icon="smile" label="React" onPress={onReact} />
      <Tool icon="reply" label="Reply" onPress={reply} />
      {canMarkUnread(entry, role) ? (
        <Tool icon="unread" label={MARK_UNREAD} shortcut={MARK_UNREAD_KEY} onPress={leaveUnread} />
      ) : null}
      {canModerate(role) ? (
        <Tool icon={message.pinned ? 'unpin' : 'pin'} label={message.pinned ? 'Unpin' : 'Pin'} onPress={togglePin} />
      ) : null}
      {canEditMessage(role, own) ? <Tool icon="edit" label="Edit" onPress={() => composer.startEdit(message)} /> : null}
      {canDeleteMessage(role, own) ? <Tool icon="trash" label="Delete" onPress={remove} /> : null}
    </>
  )
}

/** What can be done with a message that waits to be sent: take it back. */
export function PendingToolbar({ entry, label }: { readonly entry: PendingEntry; readonly label: string }): ReactNode {
  const { handle } = useTimelineTools()
  if (entry.status !== 'queued') return null
  return (
    <div role="toolbar" aria-label={label} className="hf-toolbar">
      <Tool icon="trash" label="Discard" onPress={() => handle.discard(entry.clientId).catch(notifyFailure)} />
    </div>
  )
}
