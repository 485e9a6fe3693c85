import { type DecodedFrame, type DownFrame, decodeUpValue, isRetryable, MAX_FRAMES_PER_BATCH } from '@holdfast/protocol'
import type { Hono } from 'hono'
import { anyJsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf } from './params.ts'
import { refuse } from './problem.ts'

/** Commands that need a connection to be answered on. */
const SOCKET_ONLY: readonly unknown[] = ['session.hello', 'room.open', 'room.close']

/** Any other command, for clients that read by another way than they write. Answers in the order of the commands. */
export function commandRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.post('/api/commands', async c => {
    const frames = decodeUpValue(await anyJsonBody(c, deps.limits.frameBytes))
    if (frames === null) return refuse('bad_request', 'unable to read the commands; each must be an object')
    if (frames.length > MAX_FRAMES_PER_BATCH) {
      return refuse('too_large', `unable to take the commands; there are more than ${MAX_FRAMES_PER_BATCH}`)
    }
    const run = deps.commands(actorOf(c))
    // All are begun before any is awaited: so they keep their order and are committed together.
    const answers = await Promise.all(frames.map(frame => refusalOfSocketOnly(frame) ?? run(frame)))
    return c.json(answers.filter(answer => answer !== null))
  })
}

function refusalOfSocketOnly(decoded: DecodedFrame): DownFrame | null {
  const type = decoded.ok ? decoded.frame.type : decoded.type
  if (!SOCKET_ONLY.includes(type)) return null
  const { ref, roomId } = addresseeOf(decoded)
  return {
    type: 'error',
    ...(ref !== undefined && { ref }),
    ...(roomId !== undefined && { roomId }),
    code: 'bad_request',
    message: `unable to run ${String(type)}; it needs a connection`,
    retryable: isRetryable('bad_request'),
  }
}

function addresseeOf(decoded: DecodedFrame): {
  readonly ref?: string | undefined
  readonly roomId?: string | undefined
} {
  if (!decoded.ok) return decoded.addressee
  return { ref: decoded.frame.ref, ...('roomId' in decoded.frame && { roomId: decoded.frame.roomId }) }
}
