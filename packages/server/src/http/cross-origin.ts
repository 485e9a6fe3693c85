import type { MiddlewareHandler } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { refuse } from './problem.ts'

/** What a page of an allowed origin may do, and for how many seconds its browser remembers that. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
}
/** What a page may read of an answer beside the usual. */
const EXPOSED_HEADERS = 'retry-after'
/** Methods that change nothing: a foreign page may send them, and its browser keeps the answer from it. */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/**
 * CORS for pages of the allowed origins, each named exactly, never by `*`, and never with cookies (there are none).
 * What a page of another origin would change is refused before anything else is looked at.
 */
export function crossOrigin(deps: Pick<HttpDeps, 'origins'>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const allowed = deps.origins.allows(origin, c.req.header('host'))
    if (!allowed && !SAFE_METHODS.includes(c.req.method)) {
      return refuse('forbidden', 'unable to answer; pages of this origin may not ask')
    }
    if (c.req.method === 'OPTIONS' && origin !== undefined)
      c.res = new Response(null, { status: 204, headers: PREFLIGHT })
    else await next()
    c.header('vary', 'origin', { append: true })
    if (!allowed || origin === undefined) return
    c.header('access-control-allow-origin', origin)
    c.header('access-control-expose-headers', EXPOSED_HEADERS)
  }
}
