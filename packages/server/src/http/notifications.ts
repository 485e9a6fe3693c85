import { putNotificationsBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { doneOf } from './results.ts'

/** Whether what happens in a room calls me. */
export function notificationRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.put('/api/rooms/:id/notifications', async c => {
    const { muted } = await jsonBody(c, putNotificationsBodySchema, deps.limits.frameBytes)
    const about = { actor: actorOf(c), roomId: roomIdOf(c) }
    const { detail } = doneOf(await deps.submit({ kind: 'room.notifications', ...about, muted }))
    if (detail.kind !== 'notifications') throw new Error(`unable to answer; the log told ${detail.kind}`)
    return c.json({ muted: detail.muted })
  })
}
