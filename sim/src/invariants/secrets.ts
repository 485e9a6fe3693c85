/** A token as `sim-token.ts` makes them: no part of one may be read anywhere but where it is asked for. */
const TOKEN = /sim\.[\w-]{16,}/
/** What people write in these worlds. */
const WRITING = /\b(?:says|edited) \d+/

/** AUTH5: no log line holds a token or what people write. Null: it does not. */
export function secretInLog(line: string): string | null {
  return TOKEN.exec(line)?.[0] ?? WRITING.exec(line)?.[0] ?? null
}

/** AUTH5: no URL holds a token. */
export function secretInUrl(url: string): string | null {
  return TOKEN.exec(url)?.[0] ?? null
}

/** AUTH5: a refusal tells nobody what was written, by whomever. */
export function secretInRefusal(message: string): string | null {
  return TOKEN.exec(message)?.[0] ?? WRITING.exec(message)?.[0] ?? null
}
