import { putMuteBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { optionalJsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf, userIdOf } from './params.ts'
import { doneOf } from './results.ts'

/** Who may not write in a room. */
export function muteRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.put('/api/rooms/:id/mutes/:userId', async c => {
    const { until = null } = await optionalJsonBody(c, putMuteBodySchema, deps.limits.frameBytes)
    const target = { roomId: roomIdOf(c), userId: userIdOf(c) }
    doneOf(await deps.submit({ kind: 'mute.put', actor: actorOf(c), ...target, until }))
    return c.body(null, 204)
  })

  app.delete('/api/rooms/:id/mutes/:userId', async c => {
    doneOf(await deps.submit({ kind: 'mute.remove', actor: actorOf(c), roomId: roomIdOf(c), userId: userIdOf(c) }))
    return c.body(null, 204)
  })
}
