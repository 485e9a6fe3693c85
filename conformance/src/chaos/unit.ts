/** Which way bytes go: `up` from the client to the server, `down` back. */
export type Direction = 'up' | 'down'

/**
 * Bytes of one unit that are judged as a whole; a longer one is forwarded in parts, as it comes. Far above what a server of
 * the protocol takes (`limits.frameBytes`) and bounds what a connection holds.
 */
export const MAX_UNIT_BYTES = 1_048_576

/** A whole HTTP request, head and body. */
export interface RequestUnit {
  readonly kind: 'request'
  readonly bytes: Buffer
  readonly method: string
  readonly path: string
  /** Whether it asks for a WebSocket. */
  readonly upgrade: boolean
}

/** A whole HTTP answer, head and body. */
export interface AnswerUnit {
  readonly kind: 'answer'
  readonly bytes: Buffer
  readonly status: number
}

/** A WebSocket frame of a message (`frame`: text, binary, continuation), or a `control` frame (ping, pong, close). */
export interface FrameUnit {
  readonly kind: 'frame' | 'control'
  /** Header and payload as they came, masked if they were. */
  readonly bytes: Buffer
  readonly fin: boolean
  readonly opcode: number
  readonly masked: boolean
  /** The payload without its mask, worked out when it is asked for. */
  readonly payload: Buffer
}

/** Bytes that are no whole of anything: of a unit over `MAX_UNIT_BYTES`, of a body without end, of what was broken off. */
export interface PartUnit {
  readonly kind: 'part'
  readonly bytes: Buffer
}

/** What a connection carries, one thing at a time: faults are given to units. */
export type Unit = RequestUnit | AnswerUnit | FrameUnit | PartUnit

/** Takes the bytes of one direction apart into units. The bytes of its units, one after another, are those it was given. */
export interface Splitter {
  /** The units that are complete with this chunk. */
  push(chunk: Buffer): Unit[]
  /** What has come of a unit that is not complete; taken, so that it is given once. */
  rest(): Buffer
}

/** What a unit says, as text: the whole of a request or answer, the payload of a frame without its mask. */
export function textOf(unit: Unit): string {
  return (unit.kind === 'frame' || unit.kind === 'control' ? unit.payload : unit.bytes).toString('utf8')
}
