import { decodeUpValue, MAX_FRAMES_PER_BATCH } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { anyJsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, countRequests } from './params.ts'
import { refuse } from './problem.ts'

/** Any command but those that need a connection, for clients that read by another way than they write. Answers in order. */
export function commandRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.post('/api/commands', async c => {
    const frames = decodeUpValue(await anyJsonBody(c, deps.limits.frameBytes))
    if (frames === null) return refuse('bad_request', 'unable to read the commands; each must be an object')
    if (frames.length > MAX_FRAMES_PER_BATCH) {
      return refuse('too_large', `unable to take the commands; there are more than ${MAX_FRAMES_PER_BATCH}`)
    }
    // A frame costs what it costs on a socket; one of them was paid with the request.
    if (frames.length > 1) countRequests(c, deps.requestLimit, frames.length - 1)
    // All are begun before any is awaited: so they keep their order and are committed together.
    const answers = await Promise.all(frames.map(deps.commands(actorOf(c))))
    return c.json(answers.filter(answer => answer !== null))
  })
}
