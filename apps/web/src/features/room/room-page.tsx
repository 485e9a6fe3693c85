import type { RoomHandle, RoomView } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import { useComposer, useHoldfast, useRoom } from '@holdfast/react'
import { type ReactNode, useCallback, useId, useRef, useState } from 'react'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Composer } from '../composer/composer.tsx'
import { JoinBar } from '../composer/join-bar.tsx'
import { KeptDraft } from '../composer/kept-draft.ts'
import { ConnectionBanner } from '../connection/connection-banner.tsx'
import { PageTitle } from '../rooms/page-title.ts'
import { useRoomTitle } from '../rooms/room-title.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { ClosedRoom } from './closed-room.tsx'
import { MembersPanel } from './members-panel.tsx'
import { RoomHeader } from './room-header.tsx'
import { RoomMenu } from './room-menu.tsx'
import { useSelf } from './use-self.ts'

interface RoomPageProps {
  readonly roomId: string
  /** Whether the reader came here from another page of the app, and expects to go on here. */
  readonly takesFocus: boolean
}

/** One room. Mounted anew for each, so that nothing of one is carried into the next. */
export function RoomPage({ roomId, takesFocus }: RoomPageProps): ReactNode {
  const { view, handle, resumeReading } = useRoom(roomId)
  const self = useSelf(view)
  const [isPanelOpen, setPanelOpen] = useState(false)
  const membersButton = useRef<HTMLButtonElement>(null)
  const titleId = useId()
  const known = useRoomTitle(view.room)
  const title = known ?? 'Room'
  const closePanel = () => {
    setPanelOpen(false)
    membersButton.current?.focus()
  }
  return (
    <section className="hf-room" aria-labelledby={titleId} data-panel={isPanelOpen}>
      <PageTitle page={known} />
      <RoomHeader
        view={view}
        title={title}
        titleId={titleId}
        isPanelOpen={isPanelOpen}
        membersButton={membersButton}
        onTogglePanel={() => setPanelOpen(isOpen => !isOpen)}
        menu={<RoomMenu handle={handle} view={view} title={title} self={self} />}
      />
      <ConnectionBanner />
      <div className="hf-room-body">
        <KeptDraft roomId={roomId} isGone={isGone(view)} />
        <Conversation
          view={view}
          title={title}
          handle={handle}
          self={self}
          takesFocus={takesFocus}
          resumeReading={resumeReading}
        />
        {isPanelOpen ? <MembersPanel handle={handle} view={view} self={self} onClose={closePanel} /> : null}
      </div>
    </section>
  )
}

interface ConversationProps {
  readonly view: RoomView
  readonly title: string
  readonly handle: RoomHandle
  readonly self: Member | null
  readonly takesFocus: boolean
  readonly resumeReading: () => void
}

function Conversation(props: ConversationProps): ReactNode {
  const { view, title, handle, self, takesFocus, resumeReading } = props
  const client = useHoldfast()
  const composer = useComposer(handle.id)
  const field = useRef<HTMLTextAreaElement>(null)
  const focusComposer = useCallback(() => field.current?.focus(), [])
  if (view.status === 'refused' || isOver(view)) return <ClosedRoom view={view} handle={handle} />
  if (view.room === null) {
    return (
      <div className="hf-conversation">
        <Skeleton shape="messages" rows={6} label="Loading messages" />
      </div>
    )
  }
  return (
    <div className="hf-conversation">
      <Timeline
        handle={handle}
        view={view}
        title={title}
        self={self}
        composer={composer}
        focusComposer={focusComposer}
        resumeReading={resumeReading}
      />
      {self === null ? (
        <JoinBar handle={handle} name={title} />
      ) : (
        <Composer
          view={view}
          title={title}
          composer={composer}
          field={field}
          maxBytes={client.limits.contentBytes}
          takesFocus={takesFocus}
          onWrite={resumeReading}
        />
      )}
    </div>
  )
}

/** Nothing that is begun here can be sent: the room is no more, or I am not in it. Other refusals may pass. */
function isGone(view: RoomView): boolean {
  return isOver(view) || view.refusal?.code === 'not_found' || view.refusal?.code === 'forbidden'
}

/** Detached for good: from `lagging` the client comes back by itself. */
function isOver({ status, detachCode }: RoomView): boolean {
  return status === 'detached' && detachCode !== 'lagging'
}
