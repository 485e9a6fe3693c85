import { guestBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { addressOf } from './params.ts'
import { RequestRefused, refuse } from './problem.ts'

/** Signing in by saying a name. Where that is switched off there is no such call. */
export function guestRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.post('/api/auth/guest', async c => {
    if (deps.guests === null) return refuse('not_found', 'unable to sign in as a guest; it is switched off here')
    const { name } = await jsonBody(c, guestBodySchema, deps.limits.frameBytes)
    const retryAfterMs = await deps.addressLimit.guest(addressOf(c))
    if (retryAfterMs !== null) {
      const message = 'unable to sign in as a guest; too many did from this address'
      throw new RequestRefused({ code: 'rate_limited', message, retryAfterMs })
    }
    const session = await deps.guests.issue(name)
    deps.seen({ userId: session.user.id, name, isAdmin: false })
    return c.json(session)
  })
}
