import { inject } from 'vitest'

/** A server under test: where it answers and the secret its HS256 tokens are signed with. */
export interface Target {
  /** Base URL without a trailing slash, e.g. `http://127.0.0.1:8080`. */
  readonly url: string
  /** The server's `HOLDFAST_JWT_SECRET`. */
  readonly secret: string
}

declare module 'vitest' {
  interface ProvidedContext {
    holdfast: Target
  }
}

/** The server that most specs share: the one of `HOLDFAST_URL`, or the one that the run started for itself. */
export function target(): Target {
  return inject('holdfast')
}

/** The WebSocket address of a target's socket endpoint, with an optional query string (`?…`). */
export function socketUrl(at: Target, query = ''): string {
  return `${at.url.replace(/^http/, 'ws')}/api/socket${query}`
}
