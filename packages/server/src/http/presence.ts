import { MAX_WATCHED_PEOPLE, type PresenceAnswer } from '@holdfast/protocol'
import type { Context, Hono } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { RequestRefused, refuse } from './problem.ts'
import { intQuery } from './query.ts'
import { answered } from './results.ts'

type PresenceRoutesDeps = Pick<HttpDeps, 'presence' | 'changeLimit'>

/** How available people are: some by name, or those of a room. */
export function presenceRoutes(app: Hono<HttpEnv>, { presence, changeLimit }: PresenceRoutesDeps): void {
  app.get('/api/presence', async c => {
    const userIds = usersOf(c.req.queries('users') ?? [])
    count(c, changeLimit)
    return c.json({ users: await presence.of(actorOf(c), userIds) } satisfies PresenceAnswer)
  })

  app.get('/api/rooms/:id/presence', async c => {
    // Without `since`: who is there now.
    const sinceMs = intQuery(c, 'since', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? Number.POSITIVE_INFINITY
    count(c, changeLimit)
    const users = answered(await presence.onlineSince(actorOf(c), roomIdOf(c), sinceMs))
    return c.json({ users } satisfies PresenceAnswer)
  })
}

/** Two hundred people to be found in rooms, or thousands in one: it costs what a change costs, and has their pace. */
function count(c: Context<HttpEnv>, changeLimit: HttpDeps['changeLimit']): void {
  const retryAfterMs = changeLimit.take(actorOf(c).userId)
  if (retryAfterMs === 0) return
  const message = 'unable to tell who is there; you are asking too often'
  throw new RequestRefused({ code: 'rate_limited', message, retryAfterMs })
}

/** The people named: one list with commas, or the parameter several times, each a whole id, which may hold commas. */
function usersOf(named: readonly string[]): readonly string[] {
  const [first = '', ...others] = named
  const all = others.length === 0 ? first.split(',') : named
  const userIds = [...new Set(all.filter(userId => userId !== ''))]
  if (userIds.length <= MAX_WATCHED_PEOPLE) return userIds
  return refuse('bad_request', `unable to read the query; "users" may name ${MAX_WATCHED_PEOPLE} people`)
}
