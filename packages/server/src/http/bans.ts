import { putBanBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { optionalJsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf, userIdOf } from './params.ts'
import { doneOf } from './results.ts'

/** Who is banned from a room. */
export function banRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.put('/api/rooms/:id/bans/:userId', async c => {
    const { reason = null, until = null } = await optionalJsonBody(c, putBanBodySchema, deps.limits.frameBytes)
    const target = { roomId: roomIdOf(c), userId: userIdOf(c) }
    doneOf(await deps.submit({ kind: 'ban.put', actor: actorOf(c), ...target, reason, until }))
    return c.body(null, 204)
  })

  app.delete('/api/rooms/:id/bans/:userId', async c => {
    doneOf(await deps.submit({ kind: 'ban.remove', actor: actorOf(c), roomId: roomIdOf(c), userId: userIdOf(c) }))
    return c.body(null, 204)
  })
}
