import type { Session } from './session-store.ts'
import { claimsOf } from './token-claims.ts'

/**
 * An application that knows its people links them here with `#token=<jwt>`. The fragment never reaches a server or its log,
 * and it is taken out of the address at once, so that it is neither shared nor kept in the history.
 */
export function takeLinkToken(location: Location, history: History): Session | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  return { token, name: claimsOf(token).name ?? 'You' }
}
