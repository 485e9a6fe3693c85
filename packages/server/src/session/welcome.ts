import type { SessionHello, SessionWelcome } from '@holdfast/protocol'
import type { Random } from '../platform/clock.ts'
import type { SessionDeps } from './session-deps.ts'

/** 128 bits. */
const SESSION_ID_BYTES = 16

/** Names a session on every node; nobody can guess it. */
export function newSessionId(random: Random): string {
  return Buffer.from(random.bytes(SESSION_ID_BYTES)).toString('base64url')
}

/** The answer to `session.hello`. */
export function welcomeFrame(
  deps: SessionDeps,
  sessionId: string,
  userId: string,
  { ref }: SessionHello,
): SessionWelcome {
  const { platform, heartbeatMs, limits, node } = deps
  return {
    type: 'session.welcome',
    ...(ref !== undefined && { ref }),
    sessionId,
    userId,
    serverTime: platform.clock.wallMs(),
    heartbeatMs,
    limits,
    node,
  }
}
