import { type DecodedFrame, PROTOCOL_VERSION } from '@holdfast/protocol'
import type { SessionEvent } from './machine.ts'

/** What the arrival of a frame is to the session's machine. */
export function eventOf(decoded: DecodedFrame, nowMs: number): SessionEvent {
  const type = decoded.ok ? decoded.frame.type : decoded.type
  if (type !== 'session.hello') return { type: 'frame' }
  if (!decoded.ok || decoded.frame.type !== 'session.hello') return { type: 'bad-hello' }
  return { type: 'hello', isSpoken: decoded.frame.protocol === PROTOCOL_VERSION, nowMs }
}
