import type { MiddlewareHandler } from 'hono'
import { credentialOfHeader } from '../auth/credentials.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { addressOf, countRequests, countUnderWay } from './params.ts'
import { RequestRefused, refuse } from './problem.ts'

/** Lets only bearers of a good token on, and says who they are. */
export function authenticated(deps: HttpDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const credential = credentialOfHeader(c.req.header('authorization'))
    if (credential.kind !== 'bearer') return refuse('unauthorized', 'unable to answer; a bearer token is required')
    const result = await deps.authenticator.authenticate(credential.token)
    if (!result.ok) {
      // An expired token counts for nothing: a whole office's may expire at once.
      const retryAfterMs = result.hasExpired ? null : await deps.addressLimit.failure(addressOf(c))
      if (retryAfterMs === null) return refuse('unauthorized', result.reason)
      const message = 'unable to answer; too many bad tokens came from this address'
      throw new RequestRefused({ code: 'rate_limited', message, retryAfterMs })
    }
    c.set('identity', { actor: result.actor, expiresAtMs: result.expiresAtMs })
    countRequests(c, deps.requestLimit, 1)
    // What came in one piece with it is answered first: only then is it known how much of that is left unread.
    if (deps.underWay?.requests.has(result.actor.userId)) {
      await new Promise<void>(resolve => deps.scheduler.soon(resolve))
    }
    countUnderWay(c, deps.underWay?.requests)
    deps.seen(result.actor)
    await next()
  }
}
