import { parseJson } from '@holdfast/protocol'

/**
 * When `token` expires, in wall milliseconds by the clock of who issued it; null when it is no JWT or does not say.
 * Only read to renew it in time: whether it is good is the server's to say.
 */
export function tokenExpiry(token: string): number | null {
  const payload = token.split('.')[1]
  if (payload === undefined) return null
  const text = decodeBase64Url(payload)
  const parsed = text === null ? null : parseJson(text)
  if (parsed === null || !parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return null
  const exp = 'exp' in parsed.value ? parsed.value.exp : undefined
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null
}

/** The bytes as Latin-1: what matters here is ASCII. */
function decodeBase64Url(text: string): string | null {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return null
  }
}
