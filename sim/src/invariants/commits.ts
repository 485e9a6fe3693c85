import { canModerate, type Role, type RoomEvent } from '@holdfast/protocol'
import type { LogCommand, Outcome } from '@holdfast/server/testing'

/** A rule that is held against every commit at the moment it is durable; `forget`: the store has begun anew. */
export interface CommitRule {
  committed(command: LogCommand, outcome: Extract<Outcome, { ok: true }>): void
  forget(): void
}

type Breach = (rule: string, what: string) => void

/** LOG1: each event is the one behind the last, as it is decided. */
export function seqsAreNext(breach: Breach): CommitRule {
  const heads = new Map<string, number>()
  return {
    forget: () => heads.clear(),
    committed(_command, { roomId, events }) {
      for (const { seq } of events) {
        const before = heads.get(roomId) ?? 0
        heads.set(roomId, seq)
        if (seq !== before + 1) breach('LOG1', `${roomId} is given seq ${seq} behind ${before}`)
      }
    },
  }
}

/** SIG6, G13: how far somebody has read only grows within a revision, revisions only grow, and nobody has read beyond the log's end. */
export function positionsOnlyGrow(breach: Breach): CommitRule {
  const positions = new Map<string, { readonly seq: number; readonly revision: number }>()
  return {
    forget: () => positions.clear(),
    committed(command, { roomId, seq: head, detail }) {
      if (detail.kind !== 'read') return
      const name = `${command.actor.userId} in ${roomId}`
      const [seq, revision] = [detail.lastReadSeq, detail.readRevision]
      const before = positions.get(name) ?? { seq: 0, revision: 0 }
      positions.set(name, { seq, revision })
      if (seq > head) breach('SIG6', `${name} has read up to ${seq} of ${head}`)
      if (revision < before.revision || (revision === before.revision && seq < before.seq)) {
        breach(
          'SIG6',
          `${name} has read up to ${seq} in revision ${revision}, and before that ${JSON.stringify(before)}`,
        )
      }
    },
  }
}

/** SEND6: whoever writes is a member as of that moment, and not muted. */
export function writersMayWrite(breach: Breach): CommitRule {
  const members = new Set<string>()
  const muted = new Set<string>()
  const follow = (roomId: string, event: RoomEvent) => {
    if (event.kind === 'member.joined') members.add(`${roomId} ${event.member.userId}`)
    if (event.kind === 'member.left') members.delete(`${roomId} ${event.userId}`)
    if (event.kind !== 'message.created') return
    const name = `${roomId} ${event.message.senderId}`
    if (!members.has(name)) breach('SEND6', `${name} wrote seq ${event.seq}, and is no member`)
    if (muted.has(name)) breach('SEND6', `${name} wrote seq ${event.seq}, and is muted`)
  }
  return {
    forget() {
      members.clear()
      muted.clear()
    },
    committed(command, { roomId, events }) {
      for (const event of events) follow(roomId, event)
      if (command.kind === 'mute.put') muted.add(`${roomId} ${command.userId}`)
      if (command.kind === 'mute.remove') muted.delete(`${roomId} ${command.userId}`)
    },
  }
}

/** What slow mode needs to be known of a room. */
interface Paced {
  slowModeMs: number
  /** The stamp of its last event. */
  lastAt: number
  readonly roles: Map<string, Role>
  /** When each has written last. */
  readonly wrote: Map<string, number>
}

/** IN5: in slow mode the messages of somebody who does not moderate are as far apart as it says, as far as there is a clock to tell. */
export function slowModeHolds(breach: Breach): CommitRule {
  const rooms = new Map<string, Paced>()
  const follow = (roomId: string, event: RoomEvent) => {
    const room = rooms.get(roomId) ?? { slowModeMs: 0, lastAt: 0, roles: new Map(), wrote: new Map() }
    rooms.set(roomId, room)
    // A clock that is behind the log gives every event the stamp before it, and slow mode keeps nobody waiting for it.
    const isTimed = event.at > room.lastAt
    room.lastAt = event.at
    if (event.kind === 'room.updated') room.slowModeMs = event.room.slowModeMs
    if ('member' in event) room.roles.set(event.member.userId, event.member.role)
    if (event.kind !== 'message.created') return
    const { senderId, createdAt } = event.message
    const apartMs = createdAt - (room.wrote.get(senderId) ?? Number.NEGATIVE_INFINITY)
    room.wrote.set(senderId, createdAt)
    if (!isTimed || apartMs >= room.slowModeMs || canModerate(room.roles.get(senderId) ?? null)) return
    breach(
      'IN5',
      `${senderId} wrote in ${roomId} ${apartMs} ms behind their last, in a slow mode of ${room.slowModeMs}`,
    )
  }
  return {
    forget: () => rooms.clear(),
    committed(_command, { roomId, events }) {
      for (const event of events) follow(roomId, event)
    },
  }
}

/** All of the above. */
export const COMMIT_RULES = [seqsAreNext, positionsOnlyGrow, writersMayWrite, slowModeHolds] as const
