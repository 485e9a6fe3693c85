import { putReadBodySchema, putUnreadBodySchema, type ReadAnswer } from '@holdfast/protocol'
import type { Hono } from 'hono'
import type { Outcome } from '../log/outcome.ts'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { doneOf } from './results.ts'

/** How far I have read. Both answer where the position stands now. */
export function readRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.put('/api/rooms/:id/read', async c => {
    const { seq } = await jsonBody(c, putReadBodySchema, deps.limits.frameBytes)
    const about = { actor: actorOf(c), roomId: roomIdOf(c) }
    return c.json(positionOf(await deps.submit({ kind: 'room.read', ...about, seq, readRevision: null })))
  })

  app.put('/api/rooms/:id/unread', async c => {
    const { seq } = await jsonBody(c, putUnreadBodySchema, deps.limits.frameBytes)
    const about = { actor: actorOf(c), roomId: roomIdOf(c) }
    return c.json(positionOf(await deps.submit({ kind: 'room.unread', ...about, seq })))
  })
}

function positionOf(outcome: Outcome): ReadAnswer {
  const { detail } = doneOf(outcome)
  if (detail.kind !== 'read') throw new Error(`unable to answer with a read position; the log told ${detail.kind}`)
  const { lastReadSeq, readRevision } = detail
  return { lastReadSeq, readRevision }
}
