import { expect } from 'vitest'
import { ERROR_CODES } from './contract.ts'
import type { Target } from './target.ts'

/** An HTTP answer with its JSON body already read; `body` is `undefined` when there is none. */
export interface Answer<T = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
  readonly text: string
}

interface Problem {
  readonly code: string
  readonly status?: number
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Calls a target's HTTP interface as one bearer. */
export class Api {
  readonly #base: string
  readonly #token: string | undefined

  constructor(at: Target, token?: string) {
    this.#base = at.url
    this.#token = token
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.call('GET', path)
  }

  post<T>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.call('POST', path, body)
  }

  put<T>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.call('PUT', path, body)
  }

  patch<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call('PATCH', path, body)
  }

  delete<T>(path: string): Promise<Answer<T>> {
    return this.call('DELETE', path)
  }

  /** A call with a JSON body, if any. */
  call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    if (body === undefined) return this.raw(path, { method })
    return this.raw(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  }

  /** A call as given, the bearer header added. */
  async raw<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const headers = new Headers(init.headers)
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`)
    const response = await fetch(this.#base + path, { ...init, headers })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parse(text) as T, text }
  }
}

/** Checks the status and returns the body. */
export function expectBody<T>(answer: Answer<T>, status: number): T {
  expect(answer.status, answer.text).toBe(status)
  return answer.body
}

/** Checks that the call succeeded, whichever of 200, 201, 204 it chose: for calls without a stated status. */
export function expectSuccess<T>(answer: Answer<T>): T {
  expect([200, 201, 202, 204], answer.text).toContain(answer.status)
  return answer.body
}

/** Checks for an RFC 9457 problem of this status and, when given, this `code`. */
export function expectProblem(answer: Answer, status: number, code?: string): void {
  expect(answer.status, answer.text).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/)
  const problem = answer.body as Problem
  expect(ERROR_CODES).toContain(problem.code)
  if (code !== undefined) expect(problem.code).toBe(code)
  if (problem.status !== undefined) expect(problem.status).toBe(status)
}
