interface ErrorRule {
  /** The HTTP status that carries this code. */
  readonly status: number
  /** Whether sending the same again later may succeed. */
  readonly retryable: boolean
}

/** Every error code of the contract, with what it means for HTTP and for a retry. */
const RULES = {
  bad_request: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  too_large: { status: 413, retryable: false },
  rate_limited: { status: 429, retryable: true },
  muted: { status: 403, retryable: false },
  out_of_order: { status: 409, retryable: true },
  unavailable: { status: 503, retryable: true },
  unsupported: { status: 501, retryable: false },
} as const satisfies Record<string, ErrorRule>

/** A code that says what went wrong, the same in frames and in HTTP answers. */
export type ErrorCode = keyof typeof RULES

/** All codes, in the contract's order. */
export const ERROR_CODES = Object.keys(RULES) as readonly ErrorCode[]

/** The HTTP status that carries `code`. */
export function statusOf(code: ErrorCode): number {
  return RULES[code].status
}

/** Whether sending the same again later may succeed. */
export function isRetryable(code: ErrorCode): boolean {
  return RULES[code].retryable
}

/** A refusal as a value: what a command handler or a store answers instead of throwing. */
export interface Refusal {
  readonly code: ErrorCode
  /** For people: "unable to <do>; <reason>". Carries nothing that the asker may not know. */
  readonly message: string
  /** When a retry can succeed at the earliest, from now, in milliseconds. */
  readonly retryAfterMs?: number
}
