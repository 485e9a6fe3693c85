import { STATUS_CODES } from 'node:http'
import { isRetryable, type Problem, type Refusal, statusOf } from '@holdfast/protocol'

/** The media type of RFC 9457. */
const PROBLEM_TYPE = 'application/problem+json'

/** A request ends here, with the problem that its refusal is. */
export class RequestRefused extends Error {
  readonly refusal: Refusal
  readonly status: number

  /** `status`: where HTTP knows a finer one than that of the code (415, 426). */
  constructor(refusal: Refusal, status: number = statusOf(refusal.code)) {
    super(refusal.message)
    this.name = 'RequestRefused'
    this.refusal = refusal
    this.status = status
  }
}

/** Ends the request with `code`; `message` is for people: "unable to <do>; <reason>". */
export function refuse(code: Refusal['code'], message: string): never {
  throw new RequestRefused({ code, message })
}

/** A refusal as an answer: RFC 9457, with the contract's `code`. `extra`: further members of the problem. */
export function problemResponse(
  refusal: Refusal,
  status: number = statusOf(refusal.code),
  extra: Readonly<Record<string, unknown>> = {},
): Response {
  const { code, message, retryAfterMs } = refusal
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    retryable: isRetryable(code),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
  return new Response(JSON.stringify({ ...problem, ...extra }), { status, headers: headersOf(status, retryAfterMs) })
}

function headersOf(status: number, retryAfterMs: number | undefined): Record<string, string> {
  return {
    'content-type': PROBLEM_TYPE,
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfterMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
  }
}
