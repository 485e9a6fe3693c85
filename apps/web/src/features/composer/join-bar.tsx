import type { RoomHandle } from '@holdfast/client'
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { notifyFailure } from '../../ui/notices.tsx'

/** In place of the composer while reading a public room without being a member. */
export function JoinBar({ handle, name }: { readonly handle: RoomHandle; readonly name: string }): ReactNode {
  const [isJoining, setJoining] = useState(false)
  const join = () => {
    setJoining(true)
    handle
      .join()
      .catch(notifyFailure)
      .finally(() => setJoining(false))
  }
  return (
    <div className="hf-join-bar">
      <p className="hf-join-bar-words">You are reading {name}. Join to write.</p>
      <Button look="primary" onClick={join} aria-disabled={isJoining}>
        {isJoining ? 'Joining…' : 'Join room'}
      </Button>
    </div>
  )
}
