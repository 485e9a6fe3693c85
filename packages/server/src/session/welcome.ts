import type { DownFrame, SessionHello } from '@holdfast/protocol'
import { errorFrame } from './answers.ts'
import type { SessionDeps } from './session-deps.ts'

/** 128 bits. */
const SESSION_ID_BYTES = 16

/** The answer to `session.hello`, and what of it cannot be granted. */
export function welcomeFrames(deps: SessionDeps, userId: string, { ref, inbox }: SessionHello): readonly DownFrame[] {
  const { platform, heartbeatMs, limits, node } = deps
  const sessionId = Buffer.from(platform.random.bytes(SESSION_ID_BYTES)).toString('base64url')
  const welcome: DownFrame = {
    type: 'session.welcome',
    ...(ref !== undefined && { ref }),
    sessionId,
    userId,
    serverTime: platform.clock.wallMs(),
    heartbeatMs,
    limits,
    node,
  }
  if (inbox !== true) return [welcome]
  const message = 'unable to send the inbox; this server does not have it yet'
  return [welcome, errorFrame({ code: 'unsupported', message }, { ref })]
}
