import { type ErrorCode, type ErrorFrame, isRetryable, type Refusal } from '@holdfast/protocol'

/**
 * Why something did not happen: a code of the contract, or what only a client can say:
 * `closed` the client was stopped, `discarded` the message was given up here, `timeout` no answer came within the wait.
 */
export type ClientErrorCode = ErrorCode | 'closed' | 'discarded' | 'timeout'

/** The only error that the client's promises reject with. Its message reads "unable to <do>; <reason>". */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError'
  // Declared only, for its bytes: see HoldfastClient in client.ts. The constructor sets them.
  declare readonly code: ClientErrorCode
  /** Whether doing the same again later may succeed. */
  declare readonly retryable: boolean
  /** When a retry can succeed at the earliest, in milliseconds from the answer; undefined when nobody said. */
  declare readonly retryAfterMs: number | undefined

  constructor(code: ClientErrorCode, message: string, retryAfterMs?: number) {
    super(message)
    this.code = code
    this.retryable = code === 'timeout' || isRetryable(code as ErrorCode)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Thrown by an application's `getToken` to say that there will be no token: the person is signed out. The client stops
 * (`unauthorized`) instead of trying again, and keeps what waits to be sent.
 */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'

  constructor(message = 'unable to do it; the person is signed out') {
    super(message)
  }
}

/** No wait that an answer asks for counts for longer: what stands between may say anything. A day, in milliseconds. */
export const RETRY_MOST_MS = 86_400_000

/** The `retryAfterMs` of an answer, as far as it is a wait: one in the past would have this client ask without end. */
export function waitOf(retryAfterMs: unknown): number | undefined {
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? Math.min(retryAfterMs, RETRY_MOST_MS) : undefined
}

/** The refusal of the contract as an error. */
export function errorOf(refusal: Refusal | ErrorFrame): HoldfastError {
  return new HoldfastError(refusal.code, refusal.message, refusal.retryAfterMs)
}

/** Of whatever was asked by a person who has signed out before it was answered. */
export function signedOut(): HoldfastError {
  return new HoldfastError('closed', 'unable to do it; the person is signed out')
}

/** What can be said of something thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
