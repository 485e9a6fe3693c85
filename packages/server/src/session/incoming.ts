import { type DecodedFrame, PROTOCOL_VERSION } from '@holdfast/protocol'
import type { Clock } from '../platform/clock.ts'
import type { SessionEvent } from './machine.ts'

const FRAME: SessionEvent = { type: 'frame' }

/** What the arrival of a frame is to the session's machine. */
export function eventOf(decoded: DecodedFrame, clock: Clock): SessionEvent {
  const type = decoded.ok ? decoded.frame.type : decoded.type
  if (type !== 'session.hello') return FRAME
  if (!decoded.ok || decoded.frame.type !== 'session.hello') return { type: 'bad-hello' }
  return { type: 'hello', isSpoken: decoded.frame.protocol === PROTOCOL_VERSION, nowMs: clock.monoMs() }
}
