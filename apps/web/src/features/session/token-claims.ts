/** What a token claims of its bearer: only to greet, and to tell one person from the next. The server decides what it is worth. */
export interface TokenClaims {
  /** Who it is, in the application that issued it; null: it does not say. */
  readonly sub: string | null
  /** What they are called; null: it does not say. */
  readonly name: string | null
}

const NOTHING: TokenClaims = { sub: null, name: null }

/** Reads the claims of a JWT. Of anything else, nothing. */
export function claimsOf(token: string): TokenClaims {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), char => char.codePointAt(0) ?? 0)
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof claims !== 'object' || claims === null) return NOTHING
    const { sub, name } = claims as Partial<Record<keyof TokenClaims, unknown>>
    return { sub: wordsIn(sub), name: wordsIn(name) }
  } catch {
    return NOTHING
  }
}

function wordsIn(claim: unknown): string | null {
  return typeof claim === 'string' && claim.trim() !== '' ? claim : null
}
