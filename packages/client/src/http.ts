import { type ErrorCode, parseJson } from '@holdfast/protocol'
import { HoldfastError, messageOf, waitOf } from './errors.ts'
import type { ClientPlatform } from './platform/platform.ts'

/** What HTTP calls need from the rest of the client. */
export interface HttpDeps {
  readonly platform: ClientPlatform
  /** Base address without a slash at its end. */
  readonly baseUrl: string
  getToken(): Promise<string>
}

/** How long a call may take, and how long it waits for its token. Milliseconds. */
export const CALL_WAIT_MS = 30_000

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Calls of the contract over HTTP, as this person. All reject with a `HoldfastError`. */
export class Http {
  readonly #deps: HttpDeps

  constructor(deps: HttpDeps) {
    this.#deps = deps
  }

  /**
   * One call; resolves to what the server answers, null when that is nothing. The server is trusted to keep the contract,
   * so its answer is taken for the type that the contract says. A token that is refused is replaced once.
   */
  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const first = await this.#attempt(method, path, body)
    const answer = first.status === 401 ? await this.#attempt(method, path, body) : first
    const parsed = parseJson(answer.text)
    const value = parsed.ok ? parsed.value : null
    if (answer.status >= 400) throw problemOf(method, path, answer.status, value)
    if (parsed.ok || answer.text === '') return value as T
    throw new HoldfastError('unavailable', `unable to ${method} ${path}; it is no JSON`)
  }

  /** Whether the server takes `token`, as far as can be known: false only when it says that it does not. */
  async takes(token: string): Promise<boolean> {
    const answer = await this.#fetch('GET', '/api/rooms?limit=1', undefined, token).catch(() => null)
    return answer?.status !== 401
  }

  async #attempt(method: Method, path: string, body: unknown): Promise<Answer> {
    const token = await this.#token().catch((error: unknown) => {
      throw new HoldfastError('unauthorized', `unable to ${method} ${path}; no token: ${messageOf(error)}`)
    })
    return this.#fetch(method, path, body, token)
  }

  /** The application's token; a `getToken` that hangs keeps nothing waiting for good. */
  async #token(): Promise<string> {
    const late = Promise.withResolvers<never>()
    const cancel = this.#deps.platform.scheduler.after(CALL_WAIT_MS, () => late.reject(new Error('late')))
    try {
      return await Promise.race([this.#deps.getToken(), late.promise])
    } finally {
      cancel()
    }
  }

  async #fetch(method: Method, path: string, body: unknown, token: string): Promise<Answer> {
    const { platform, baseUrl } = this.#deps
    const abort = new AbortController()
    const cancelTimeout = platform.scheduler.after(CALL_WAIT_MS, () => abort.abort())
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const init = { method, headers, body: JSON.stringify(body) ?? null, signal: abort.signal }
    try {
      const response = await platform.fetch(`${baseUrl}${path}`, init)
      return { status: response.status, text: await response.text() }
    } catch (error) {
      throw new HoldfastError('unavailable', `unable to ${method} ${path}; ${messageOf(error)}`)
    } finally {
      cancelTimeout()
    }
  }
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** What an answer that is none may say, the contract's or another's. */
interface Problem {
  readonly code?: unknown
  readonly detail?: unknown
  readonly retryAfterMs?: unknown
}

function problemOf(method: Method, path: string, status: number, value: unknown): HoldfastError {
  const { code, detail, retryAfterMs }: Problem = Object(value)
  return new HoldfastError(
    codeOf(code, status),
    typeof detail === 'string' ? detail : `unable to ${method} ${path}; it answered ${status}`,
    waitOf(retryAfterMs),
  )
}

/** Of the contract, as `detail` is; but what stands between (a proxy, a gateway) answers without one. */
function codeOf(code: unknown, status: number): ErrorCode {
  if (typeof code === 'string') return code as ErrorCode
  if (status === 401) return 'unauthorized'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'unavailable' : 'bad_request'
}
