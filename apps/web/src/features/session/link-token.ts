import type { Session } from './session-store.ts'

/**
 * An application that knows its people links them here with `#token=<jwt>`. The fragment never reaches a server or its log,
 * and it is taken out of the address at once, so that it is neither shared nor kept in the history.
 */
export function takeLinkToken(location: Location, history: History): Session | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token === null) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  return { token, name: nameIn(token) ?? 'You' }
}

/** The display name that the token claims: only to greet. The server decides what the token is worth. */
function nameIn(token: string): string | null {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), char => char.codePointAt(0) ?? 0)
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    const name = typeof claims === 'object' && claims !== null && 'name' in claims ? claims.name : null
    return typeof name === 'string' && name.trim() !== '' ? name : null
  } catch {
    return null
  }
}
