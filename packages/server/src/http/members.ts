import { putMemberBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { optionalJsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf, userIdOf } from './params.ts'
import { limitQuery } from './query.ts'
import { answered, doneOf } from './results.ts'

/** The people of a room: list, add or change the role of one, remove one. */
export function memberRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.get('/api/rooms/:id/members', async c =>
    c.json(
      answered(
        await deps.log.members({
          roomId: roomIdOf(c),
          actor: actorOf(c),
          limit: limitQuery(c),
          cursor: c.req.query('cursor') ?? null,
          query: c.req.query('q') ?? '',
        }),
      ),
    ),
  )

  app.put('/api/rooms/:id/members/:userId', async c => {
    const { role = null } = await optionalJsonBody(c, putMemberBodySchema, deps.limits.frameBytes)
    const target = { roomId: roomIdOf(c), userId: userIdOf(c) }
    const { detail } = doneOf(await deps.submit({ kind: 'member.put', actor: actorOf(c), ...target, role }))
    if (detail.kind !== 'member') throw new Error(`unable to answer with a member; the log told ${detail.kind}`)
    return c.json(detail.member)
  })

  app.delete('/api/rooms/:id/members/:userId', async c => {
    const actor = actorOf(c)
    const roomId = roomIdOf(c)
    const userId = userIdOf(c)
    const isSelf = userId === actor.userId
    doneOf(
      await deps.submit(
        isSelf ? { kind: 'member.leave', actor, roomId } : { kind: 'member.remove', actor, roomId, userId },
      ),
    )
    return c.body(null, 204)
  })
}
