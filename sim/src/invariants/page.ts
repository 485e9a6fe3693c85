import type { RoomView } from '@holdfast/client'
import type { DownFrame, UpFrame } from '@holdfast/protocol'

/** Whom a rule about one page tells. */
export interface PageContext {
  readonly page: string
  breach(rule: string, what: string): void
}

/** A rule that is held against what one page of a device asks for, is told and shows. */
export interface PageRule {
  /** A socket of it is open. */
  connected?(): void
  up?(frame: UpFrame): void
  down?(frame: DownFrame): void
  shown?(view: RoomView): void
  /** Its person has opened a room. */
  wanted?(roomId: string): void
}

/** READ1, G12: what a page shows of an incarnation of a room's log never gets shorter. */
export function headsOnlyGrow({ page, breach }: PageContext): PageRule {
  const heads = new Map<string, number>()
  return {
    shown({ id, continuity: { epoch, seq }, room }) {
      // Nothing is held: it was shut out, and what it held is gone.
      if (room === null) return void heads.delete(id)
      const name = `${id} ${epoch}`
      const before = heads.get(name) ?? 0
      if (seq < before) breach('READ1', `${page} shows ${id} up to ${seq}, and before that up to ${before}`)
      heads.set(name, seq)
    },
  }
}

/** GONE2: whoever was shut out of a room is shown nothing of it from then on. */
export function shutOutSeesNothing({ page, breach }: PageContext): PageRule {
  return {
    shown({ id, status, detachCode, room, timeline }) {
      // Whoever left by themselves may keep what they had seen.
      const isShutOut = status === 'refused' || (status === 'detached' && detachCode !== 'left')
      const isShown = room !== null || timeline.some(({ kind }) => kind === 'message')
      if (isShutOut && isShown) breach('GONE2', `${page} still shows ${id}, which it was shut out of`)
    },
  }
}

/** How often a room may be opened beyond what there was a reason for: its person may have opened it before anybody looked. */
const SLACK = 3

/** SDK2: a room is opened again for a reason: a new connection, a person's wish, a refusal, a detachment, a wait without answer; never over and over. */
export function openingsHaveReasons({ page, breach }: PageContext, nowMs: () => number): PageRule {
  const balance = new Map<string, number>()
  const openedAtMs = new Map<string, number>()
  const add = (roomId: string | undefined, reasons: number) => {
    if (roomId !== undefined) balance.set(roomId, (balance.get(roomId) ?? 0) + reasons)
  }
  const opened = (roomId: string) => {
    // The answer is late: asking again after this long is a reason of its own.
    if (nowMs() - (openedAtMs.get(roomId) ?? nowMs()) >= OPEN_WAIT_MS) add(roomId, 1)
    openedAtMs.set(roomId, nowMs())
    add(roomId, -1)
    if ((balance.get(roomId) ?? 0) >= -SLACK) return
    breach('SDK2', `${page} opens ${roomId} more often than it has reasons to`)
    balance.set(roomId, 0)
  }
  return {
    wanted: roomId => add(roomId, 1),
    up(frame) {
      // A hello is the first word of a new connection: that is reason enough.
      if (frame.type === 'session.hello') for (const { roomId } of frame.rooms ?? []) openedAtMs.set(roomId, nowMs())
      if (frame.type === 'session.hello') for (const roomId of balance.keys()) add(roomId, 1)
      if (frame.type === 'room.open') opened(frame.roomId)
    },
    down(frame) {
      if (frame.type === 'room.detached' || frame.type === 'error') add(frame.roomId, 1)
    },
  }
}

/** As the client's own. Milliseconds. */
const OPEN_WAIT_MS = 15_000
