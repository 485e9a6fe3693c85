import type { RoomHandle, RoomView } from '@holdfast/client'
import type { DetachCode } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Mark } from '../../ui/mark.tsx'
import { notifyFailure } from '../../ui/notices.tsx'

interface Words {
  readonly title: string
  readonly text: string
  readonly canRejoin?: boolean
}

const DETACHED: Readonly<Record<DetachCode, Words>> = {
  lagging: { title: 'Catching up', text: 'This device could not keep up with the room. It is being read again.' },
  kicked: {
    title: 'You were removed',
    text: 'Somebody who looks after this room has removed you from it.',
    canRejoin: true,
  },
  banned: { title: 'You were banned', text: 'Somebody who looks after this room keeps you out of it.' },
  left: { title: 'You left this room', text: 'It no longer stands in your list.', canRejoin: true },
  deleted: { title: 'This room is gone', text: 'Its owner has deleted it, with everything in it.' },
  forbidden: { title: 'This room is closed to you', text: 'You may no longer read it.' },
}

/** In place of a room that cannot be read: why, and the ways on. */
export function ClosedRoom({ view, handle }: { readonly view: RoomView; readonly handle: RoomHandle }): ReactNode {
  const [, navigate] = useLocation()
  const { title, text, canRejoin = false } = wordsFor(view)
  return (
    <Empty title={title} art={<Mark className="hf-empty-mark" />}>
      <p>{text}</p>
      <div className="hf-empty-actions">
        {canRejoin ? <Button onClick={() => handle.join().catch(notifyFailure)}>Join again</Button> : null}
        <Button look="primary" onClick={() => navigate('/')}>
          Back to your rooms
        </Button>
      </div>
    </Empty>
  )
}

function wordsFor({ detachCode, refusal }: RoomView): Words {
  if (detachCode !== null) return DETACHED[detachCode]
  if (refusal?.code === 'forbidden') return DETACHED.banned
  if (refusal === null || refusal.code === 'not_found') {
    return { title: 'No such room', text: 'It does not exist, or it is private and you are not in it.' }
  }
  return { title: 'This room cannot be opened', text: refusal.message }
}
