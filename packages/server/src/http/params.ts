import { isUserId } from '@holdfast/protocol'
import type { Context } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { RequestRefused, refuse } from './problem.ts'
import type { Outgoing, UnderWay } from './under-way.ts'

/** Who asks. Routes that need nobody do not call this. */
export function actorOf(c: Context<HttpEnv>): HttpEnv['Variables']['identity']['actor'] {
  return c.var.identity.actor
}

/** The room in the path. One that cannot exist is left to the log, which answers as for any other that does not. */
export function roomIdOf(c: Context<HttpEnv>): string {
  return c.req.param('id') ?? ''
}

/** The person in the path. */
export function userIdOf(c: Context<HttpEnv>): string {
  const userId = c.req.param('userId') ?? ''
  return isUserId(userId) ? userId : refuse('bad_request', 'unable to read the path; that cannot be a userId')
}

/** Where the answer goes; null when nobody knows, as with a host that calls `fetch(request)`. */
function outgoingOf(c: Context<HttpEnv>): Outgoing | null {
  const bindings: HttpEnv['Bindings'] | undefined = c.env
  return bindings?.outgoing ?? null
}

/** The address that the request came from; null when nobody knows. `X-Forwarded-For` is anybody's claim and is not looked at. */
export function addressOf(c: Context<HttpEnv>): string | null {
  // Typed as always there, but a host that calls `fetch(request)` gives none.
  const bindings: HttpEnv['Bindings'] | undefined = c.env
  return bindings?.incoming?.socket.remoteAddress ?? null
}

/** Ends the request when its sender asks too much too fast; `count`: it stands for so many. */
export function countRequests(c: Context<HttpEnv>, limit: HttpDeps['requestLimit'], count: number): void {
  const retryAfterMs = limit.take(actorOf(c).userId, count)
  if (retryAfterMs === 0) return
  const message = 'unable to answer; you are asking too much too fast'
  throw new RequestRefused({ code: 'rate_limited', message, retryAfterMs })
}

/** Ends the request when its sender has as many under way as they may; else it counts until its answer is over. */
export function countUnderWay(c: Context<HttpEnv>, underWay: UnderWay | undefined): void {
  const outgoing = outgoingOf(c)
  if (underWay === undefined || outgoing === null || underWay.enter(actorOf(c).userId, outgoing)) return
  const message = 'unable to answer; too many requests of yours are being answered'
  throw new RequestRefused({ code: 'rate_limited', message, retryAfterMs: 1_000 })
}
