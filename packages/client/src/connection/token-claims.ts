import { parseJson } from '@holdfast/protocol'

/** What a client reads of a token. Whether the token is good is the server's to say. */
export interface TokenClaims {
  /** When it expires, in wall milliseconds by the clock of who issued it: to renew it in time. Null when it does not say. */
  readonly expiresAt: number | null
  /** Who it is for: whose messages are being written before the server has told. Null when it does not say. */
  readonly userId: string | null
}

/** The claims of `token`; all null when it is no JWT. */
export function claimsOf(token: string): TokenClaims {
  const parsed = parseJson(decodeBase64Url(token.split('.')[1] ?? ''))
  const { exp, sub }: { readonly exp?: unknown; readonly sub?: unknown } = Object(parsed.ok && parsed.value)
  return {
    expiresAt: typeof exp === 'number' ? exp * 1000 : null,
    userId: typeof sub === 'string' ? sub : null,
  }
}

/** The text in UTF-8 behind base64url; empty when it is none. */
function decodeBase64Url(text: string): string {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder().decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)))
  } catch {
    return ''
  }
}
