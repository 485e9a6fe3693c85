/** Every error code of the contract, with the HTTP status that carries it. */
const STATUSES = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  muted: 403,
  out_of_order: 409,
  unavailable: 503,
  unsupported: 501,
} as const

/** A code that says what went wrong, the same in frames and in HTTP answers. */
export type ErrorCode = keyof typeof STATUSES

/** All codes, in the contract's order. */
export const ERROR_CODES = Object.keys(STATUSES) as readonly ErrorCode[]

/** The HTTP status that carries `code`. */
export function statusOf(code: ErrorCode): number {
  return STATUSES[code]
}

/** Whether sending the same again later may succeed. */
export function isRetryable(code: ErrorCode): boolean {
  return code === 'rate_limited' || code === 'out_of_order' || code === 'unavailable'
}

/** A refusal as a value: what a command handler or a store answers instead of throwing. */
export interface Refusal {
  readonly code: ErrorCode
  /** For people: "unable to <do>; <reason>". Carries nothing that the asker may not know. */
  readonly message: string
  /** When a retry can succeed at the earliest, from now, in milliseconds. */
  readonly retryAfterMs?: number | undefined
}
