import type { ReactNode } from 'react'
import { useSession } from './features/session/session-store.ts'
import { SignInPage } from './features/session/sign-in-page.tsx'
import { SignedIn } from './routes/signed-in.tsx'

/** Who are you, then everything else. */
export function App(): ReactNode {
  const session = useSession()
  return session === null ? <SignInPage /> : <SignedIn key={session.token} session={session} />
}
