import { type Me, type PersonSettings, patchMeBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import type { Actor } from '../log/actor.ts'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf } from './params.ts'
import { doneOf } from './results.ts'

/** Who I am here, and what I have settled for myself. */
export function meRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.get('/api/me', async c => {
    const actor = actorOf(c)
    return c.json(meOf(actor, await deps.log.settings(actor.userId)))
  })

  app.patch('/api/me', async c => {
    const actor = actorOf(c)
    const { readReceipts, appearOffline } = await jsonBody(c, patchMeBodySchema, deps.limits.frameBytes)
    const changes = {
      ...(readReceipts !== undefined && { readReceipts }),
      ...(appearOffline !== undefined && { appearOffline }),
    }
    const { detail } = doneOf(await deps.submit({ kind: 'user.settings', actor, changes }))
    if (detail.kind !== 'settings') throw new Error(`unable to answer with settings; the log told ${detail.kind}`)
    return c.json(meOf(actor, detail.settings))
  })
}

function meOf({ userId, name }: Actor, settings: PersonSettings): Me {
  return { userId, name, settings }
}
