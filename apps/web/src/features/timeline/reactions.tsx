import type { Message } from '@holdfast/protocol'
import { type ReactNode, useEffect, useRef } from 'react'
import { notifyFailure } from '../../ui/notices.tsx'
import { ReactionGlyph } from './reaction-glyph.tsx'
import { QUICK_REACTIONS, reactionName } from './reaction-kinds.ts'
import { type TimelineTools, useTimelineTools } from './timeline-context.ts'

/** The reactions that a message has: toggles that say who. */
export function Reactions({ message }: { readonly message: Message }): ReactNode {
  const tools = useTimelineTools()
  const given = Object.entries(message.reactions).filter(([, userIds]) => userIds.length > 0)
  if (given.length === 0) return null
  return (
    <div className="hf-reactions">
      {given.map(([key, userIds]) => {
        const isMine = tools.me !== null && userIds.includes(tools.me.userId)
        const who = whoReacted(userIds, tools)
        return (
          <button
            type="button"
            key={key}
            className="hf-reaction"
            tabIndex={-1}
            aria-pressed={isMine}
            aria-label={`${reactionName(key)}, ${userIds.length}: ${who}`}
            title={who}
            disabled={tools.me === null}
            onClick={() => toggleReaction(tools, message, key)}
          >
            <ReactionGlyph reaction={key} />
            <span className="hf-reaction-count">{userIds.length}</span>
          </button>
        )
      })}
    </div>
  )
}

interface ReactionPickerProps {
  readonly message: Message
  readonly onDone: () => void
}

/** The quick set, in place of the row's tools. */
export function ReactionPicker({ message, onDone }: ReactionPickerProps): ReactNode {
  const tools = useTimelineTools()
  const first = useRef<HTMLButtonElement>(null)
  // The button that was pressed to come here is gone: the focus goes on with the first choice.
  useEffect(() => first.current?.focus(), [])
  return QUICK_REACTIONS.map(({ key, name }, index) => (
    <button
      type="button"
      key={key}
      className="hf-tool hf-tool-reaction"
      tabIndex={-1}
      ref={index === 0 ? first : null}
      aria-label={name}
      title={name}
      aria-pressed={hasReacted(tools, message, key)}
      onClick={() => {
        toggleReaction(tools, message, key)
        onDone()
      }}
    >
      <ReactionGlyph reaction={key} />
    </button>
  ))
}

function hasReacted({ me }: TimelineTools, message: Message, key: string): boolean {
  return me !== null && (message.reactions[key]?.includes(me.userId) ?? false)
}

function toggleReaction(tools: TimelineTools, message: Message, key: string): void {
  const { handle } = tools
  const done = hasReacted(tools, message, key) ? handle.unreact(message.id, key) : handle.react(message.id, key)
  done.catch(notifyFailure)
}

function whoReacted(userIds: readonly string[], { me, nameOf }: TimelineTools): string {
  const names = userIds.map(id => (id === me?.userId ? 'you' : nameOf(id)))
  return new Intl.ListFormat(undefined, { type: 'conjunction' }).format(names)
}
