import { putReadBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { doneOf } from './results.ts'

/** How far I have read. Answers where the position stands now: it never moves back, nor past the log's end. */
export function readRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.put('/api/rooms/:id/read', async c => {
    const { seq } = await jsonBody(c, putReadBodySchema, deps.limits.frameBytes)
    const command = { kind: 'room.read', actor: actorOf(c), roomId: roomIdOf(c), seq } as const
    const { detail } = doneOf(await deps.submit(command))
    if (detail.kind !== 'read') throw new Error(`unable to answer with a read position; the log told ${detail.kind}`)
    return c.json({ lastReadSeq: detail.lastReadSeq })
  })
}
