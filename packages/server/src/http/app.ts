import { Hono } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'

/**
 * The HTTP side as a fetch handler. As the second argument of `fetch` it takes what `@hono/node-server` gives
 * (`{ incoming }`): the address that requests are limited by is that of its socket. Without it they are not.
 */
export function createApp(deps: HttpDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>().basePath(deps.basePath)
  app.get('/healthz', c => c.json({ status: 'ok' }))
  return app
}
