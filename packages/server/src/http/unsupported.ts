import type { Hono } from 'hono'
import type { HttpEnv } from './deps.ts'
import { RequestRefused, refuse } from './problem.ts'

/** Calls of the contract that this version does not serve. */
const UNSUPPORTED = [
  ['GET', '/api/events'],
  ['POST', '/api/poll'],
  ['GET', '/api/search'],
  ['POST', '/api/uploads'],
  ['GET', '/api/files/:id'],
] as const

/** Says of what cannot be done here why not. */
export function unsupportedRoutes(app: Hono<HttpEnv>): void {
  for (const [method, path] of UNSUPPORTED) {
    app.on(method, path, () =>
      refuse('unsupported', `unable to serve ${method} ${path}; this version does not have it`),
    )
  }

  /** An upgrade never comes here: this is the address of the socket, asked for in plain HTTP. */
  app.get('/api/socket', () => {
    const message = 'unable to answer; this address takes a WebSocket upgrade'
    throw new RequestRefused({ code: 'bad_request', message }, 426)
  })
}
