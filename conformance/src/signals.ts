import { expect } from 'vitest'
import { eventually } from './bounded.ts'
import type { Frames, FrameType, Presence } from './contract.ts'
import type { Socket } from './socket.ts'

/**
 * Signals carry no seq and are coalesced: a test waits for the state that the frames so far amount to, not for one frame.
 */

/** The frames of one type that came so far, in order, beginning at `from` in the log. */
export function framesOf<T extends FrameType>(socket: Socket, type: T, from = 0): Frames[T][] {
  return socket.log.slice(from).filter((frame): frame is Frames[T] => frame.type === type)
}

/** The typing frames of a room. */
export function typingIn(socket: Socket, roomId: string, from = 0): Frames['typing'][] {
  return framesOf(socket, 'typing', from).filter(frame => frame.roomId === roomId)
}

/** Who types in the room as far as this reader was told; nobody before the first frame. */
export function typistsOf(socket: Socket, roomId: string): readonly string[] {
  return typingIn(socket, roomId).at(-1)?.userIds ?? []
}

/** Waits until this reader is told that exactly these people type. */
export async function untilTyping(socket: Socket, roomId: string, userIds: readonly string[]): Promise<void> {
  const wanted = [...userIds].sort().join()
  const told = async () => ([...typistsOf(socket, roomId)].sort().join() === wanted ? true : undefined)
  await eventually(told, () => `typing [${wanted}] in ${roomId}; told [${typistsOf(socket, roomId)}]`)
}

/** What this reader was last told about a person. */
export function presenceOf(socket: Socket, userId: string): Presence | undefined {
  return toldOf(socket, userId).at(-1)
}

/** All that this reader was told about a person, in order. */
export function toldOf(socket: Socket, userId: string, from = 0): Presence[] {
  return framesOf(socket, 'presence', from).flatMap(frame => frame.users.filter(user => user.userId === userId))
}

/** Waits until what this reader was last told about a person has these fields. */
export async function untilPresence(socket: Socket, userId: string, wanted: Partial<Presence>): Promise<Presence> {
  const look = async () => {
    const told = presenceOf(socket, userId)
    return told !== undefined && hasFields(told, wanted) ? told : undefined
  }
  return await eventually(look, () => `${JSON.stringify(wanted)}; told ${JSON.stringify(presenceOf(socket, userId))}`)
}

/** Whether `object` has these values; a field wanted as `null` may be left out. */
function hasFields(object: Presence, wanted: Partial<Presence>): boolean {
  const keys = Object.keys(wanted) as (keyof Presence)[]
  return keys.every(key => (object[key] ?? null) === (wanted[key] ?? null))
}

/** What this reader was told of others' read positions in a room, frame by frame. */
export function readsIn(socket: Socket, roomId: string, from = 0): Readonly<Record<string, number>>[] {
  return framesOf(socket, 'reads', from)
    .filter(frame => frame.roomId === roomId)
    .map(frame => frame.reads)
}

/** What a monotonic clock and a timer may differ by, in milliseconds. */
const TIMER_SLACK_MS = 5

/**
 * Frames that a server sends at most once in `periodMs` came no more often. The bound is sound on any machine: the first was
 * sent after `since`, so the n-th was sent, and arrived, at least n − 1 periods later; slowness only adds to that.
 */
export function expectPaced(times: readonly number[], since: number, periodMs: number): void {
  for (const [index, time] of times.entries()) {
    expect(time - since, `frame ${index + 1} of ${times.length}`).toBeGreaterThanOrEqual(
      index * (periodMs - TIMER_SLACK_MS),
    )
  }
}

/** When the frames came for which `where` holds. */
export function timesOf<T extends FrameType>(
  socket: Socket,
  type: T,
  where: (frame: Frames[T]) => boolean,
  from = 0,
): number[] {
  return socket.log.flatMap((frame, index) =>
    index >= from && frame.type === type && where(frame as Frames[T]) ? [socket.times[index] ?? 0] : [],
  )
}
