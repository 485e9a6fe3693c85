import { MAX_PEOPLE_NAMED } from '@holdfast/protocol'
import type { Hono } from 'hono'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { answered } from './results.ts'

/** Who has seen a message. */
export function seenRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.get('/api/rooms/:id/messages/:messageId/seen', async c => {
    const about = { roomId: roomIdOf(c), actor: actorOf(c), messageId: c.req.param('messageId') }
    return c.json(answered(await deps.log.seenBy({ ...about, names: MAX_PEOPLE_NAMED })))
  })
}
