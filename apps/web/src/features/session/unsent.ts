import type { Client } from '@holdfast/client'
import { useHoldfast } from '@holdfast/react'
import { useEffect } from 'react'

/** How many messages are not in the log yet, in all rooms of this person. */
export function unsentCount(client: Client): number {
  return client.rooms.getSnapshot().rooms.reduce((sum, { id }) => sum + unsentIn(client, id), 0)
}

function unsentIn(client: Client, roomId: string): number {
  const { timeline } = client.room(roomId).getSnapshot()
  return timeline.filter(entry => entry.kind === 'pending' && entry.status !== 'sent').length
}

/** Has the browser ask before the page goes while messages wait: they wait in the page's memory. */
export function useUnsentGuard(): void {
  const client = useHoldfast()
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (unsentCount(client) > 0) event.preventDefault()
    }
    window.addEventListener('beforeunload', onLeave)
    return () => window.removeEventListener('beforeunload', onLeave)
  }, [client])
}
