import { HoldfastProvider, useConnection, useHoldfast } from '@holdfast/react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useRoute } from 'wouter'
import { KeptDraftsContext } from '../features/composer/kept-draft.ts'
import { KeptDrafts } from '../features/composer/kept-drafts.ts'
import { IDLE_WARNING_MS, warnOfIdling } from '../features/presence/idle-warning-store.ts'
import { RoomPage } from '../features/room/room-page.tsx'
import { AppBadge } from '../features/rooms/app-badge.ts'
import { type Session, setSession } from '../features/session/session-store.ts'
import { claimsOf } from '../features/session/token-claims.ts'
import { useUnsentGuard } from '../features/session/unsent.ts'
import { HomePage } from './home-page.tsx'
import { Shell } from './shell.tsx'
import { StoppedPage } from './stopped-page.tsx'

/** Everything behind the sign-in. Give it the token as `key`: another token is another person's client. */
export function SignedIn({ session }: { readonly session: Session }): ReactNode {
  const options = useMemo(
    () => ({
      url: location.origin,
      getToken: () => session.token,
      clientInfo: { name: 'holdfast-web', version: __APP_VERSION__, platform: 'web' },
      idle: { warnMs: IDLE_WARNING_MS, onWarning: warnOfIdling },
    }),
    [session.token],
  )
  const drafts = useMemo(() => new KeptDrafts(claimsOf(session.token).sub), [session.token])
  return (
    <HoldfastProvider options={options}>
      <AppBadge />
      <KeptDraftsContext value={drafts}>
        <Pages session={session} />
      </KeptDraftsContext>
    </HoldfastProvider>
  )
}

function Pages({ session }: { readonly session: Session }): ReactNode {
  const { name, wish = null } = session
  const client = useHoldfast()
  const status = useConnection()
  useUnsentGuard()
  // The tabs of a device agree, or else the most available one would speak for all.
  useEffect(() => client.presence.setStatus(wish), [client, wish])
  const [, params] = useRoute('/rooms/:roomId')
  const roomId = params?.roomId ?? null
  const hasMoved = useHasMoved(roomId)
  // The session goes even when the outbox cannot be cleared: whoever signs out must be out.
  const end = () => setSession(null)
  const signOut = () => void client.logout().then(end, end)
  if (status.state === 'stopped' && status.reason !== 'logged_out') {
    return <StoppedPage status={status} onSignOut={signOut} />
  }
  return (
    <Shell roomId={roomId} name={name} onSignOut={signOut}>
      {roomId === null ? <HomePage name={name} /> : <RoomPage key={roomId} roomId={roomId} takesFocus={hasMoved} />}
    </Shell>
  )
}

/** False on the page that somebody arrived at from outside: there the focus begins at the top, as everywhere on the web. */
function useHasMoved(roomId: string | null): boolean {
  const [arrivedAt] = useState(roomId)
  const [hasMoved, setMoved] = useState(false)
  if (!hasMoved && roomId !== arrivedAt) setMoved(true)
  return hasMoved
}
