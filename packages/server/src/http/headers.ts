import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './deps.ts'

/** A host that may stand in a header of ours; anything else is left out. */
const HOST = /^[A-Za-z0-9.:[\]-]+$/

/**
 * What every answer says to browsers. Unless it says otherwise it is of this moment and for this person, to be stored
 * nowhere. The policy lets a page load from here alone and be framed by nobody; sockets are named because not every
 * browser takes `'self'` for `ws:` too.
 */
export function securityHeaders(): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'no-referrer')
    c.header('content-security-policy', policyFor(c.req.header('host')))
  }
}

function policyFor(host: string | undefined): string {
  const sockets = host !== undefined && HOST.test(host) ? ` ws://${host} wss://${host}` : ''
  return [
    "default-src 'self'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
