import { MAX_WATCHED_PEOPLE, type PresenceAnswer } from '@holdfast/protocol'
import type { Hono } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { refuse } from './problem.ts'
import { intQuery } from './query.ts'
import { answered } from './results.ts'

/** How available people are: some by name, or those of a room. */
export function presenceRoutes(app: Hono<HttpEnv>, { presence, clock }: Pick<HttpDeps, 'presence' | 'clock'>): void {
  app.get('/api/presence', async c => {
    const userIds = usersOf(c.req.queries('users') ?? [])
    return c.json({ users: await presence.of(actorOf(c), userIds) } satisfies PresenceAnswer)
  })

  app.get('/api/rooms/:id/presence', async c => {
    // Without `since`: who is there now.
    const sinceMs = intQuery(c, 'since', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? clock.wallMs()
    const users = answered(await presence.onlineSince(actorOf(c), roomIdOf(c), sinceMs))
    return c.json({ users } satisfies PresenceAnswer)
  })
}

/** The people named: one list, or the parameter several times. */
function usersOf(lists: readonly string[]): readonly string[] {
  const userIds = [...new Set(lists.flatMap(list => list.split(',')).filter(userId => userId !== ''))]
  if (userIds.length <= MAX_WATCHED_PEOPLE) return userIds
  return refuse('bad_request', `unable to read the query; "users" may name ${MAX_WATCHED_PEOPLE} people`)
}
