import type { DownFrame, RoomEvent, UpFrame } from '@holdfast/protocol'
import type { Ledger } from '../ledger.ts'

/** What a rule about one session knows, and whom it tells. */
export interface SessionContext {
  readonly userId: string
  readonly ledger: Ledger
  /** What was acknowledged to anybody, by epoch, room, sender and clientId. */
  readonly acks: Map<string, string>
  /** The highest seq that was acknowledged to somebody, by epoch, room and sender. */
  readonly ackedUpTo: Map<string, number>
  breach(rule: string, what: string): void
}

/** A rule that is held against everything one session is sent, at the moment it is sent, and everything that it was asked. */
export interface SessionRule {
  up?(frame: UpFrame): void
  down?(frame: DownFrame): void
}

/** Where a session stands in a room that it has asked for. `epoch` is null until a frame tells it. */
interface Place {
  readonly stage: 'opening' | 'catching-up' | 'live' | 'over'
  readonly epoch: string | null
  /** The last seq told; null: a snapshot has to come first. */
  readonly seq: number | null
}

/** READ1, READ2, READ5, READ6: from the cursor of the latest opening on n+1, n+2, …, or a snapshot and then so; live where it ends, in the same log; nothing unasked. */
export function eventsFollow({ userId, breach }: SessionContext): SessionRule {
  const places = new Map<string, Place>()
  const open = (room: { roomId: string; epoch?: string | undefined; seq?: number | undefined }) => {
    const hasCursor = room.epoch !== undefined && room.seq !== undefined
    const [epoch, seq] = hasCursor ? [room.epoch ?? null, room.seq ?? null] : [null, null]
    places.set(room.roomId, { stage: 'opening', epoch, seq })
  }
  const takeEvents = (roomId: string, events: readonly RoomEvent[]) => {
    const place = places.get(roomId)
    if (place === undefined || place.stage === 'over') {
      breach('READ6', `${userId} was sent events of ${roomId}, which the session does not read`)
      return
    }
    let { seq } = place
    for (const event of events) {
      if (seq === null) breach('READ2', `${userId} was sent seq ${event.seq} of ${roomId} before any snapshot`)
      else if (event.seq !== seq + 1) breach('READ1', `${userId} was sent seq ${event.seq} of ${roomId} behind ${seq}`)
      seq = event.seq
    }
    places.set(roomId, { ...place, seq, stage: place.stage === 'live' ? 'live' : 'catching-up' })
  }
  return {
    up(frame) {
      if (frame.type === 'session.hello') for (const room of frame.rooms ?? []) open(room)
      if (frame.type === 'room.open') open(frame)
      if (frame.type === 'room.close') places.set(frame.roomId, { stage: 'over', epoch: null, seq: null })
    },
    down(frame) {
      if (frame.type === 'message.event') takeEvents(frame.roomId, frame.events)
      if (frame.type === 'room.snapshot') {
        const { stage } = places.get(frame.roomId) ?? { stage: 'over' }
        if (stage !== 'opening') breach('READ2', `${userId} was sent a snapshot of ${frame.roomId}, which is ${stage}`)
        places.set(frame.roomId, { stage: 'catching-up', epoch: frame.epoch, seq: frame.seq })
      }
      if (frame.type === 'room.live') {
        const { roomId, epoch, seq } = frame
        const place = places.get(roomId)
        const what = `${userId} was told that ${roomId} is live at ${epoch}:${seq}, having ${JSON.stringify(place)}`
        if (place === undefined || place.seq !== seq || place.stage === 'live') breach('READ2', what)
        else if (place.epoch !== epoch) breach('READ5', what)
        places.set(roomId, { stage: 'live', epoch, seq })
      }
      if (frame.type === 'room.detached') places.set(frame.roomId, { stage: 'over', epoch: null, seq: null })
    },
  }
}

/** SEND3: behind a passing refusal nothing that was sent later to that room is taken, until the refused one is, or is cancelled. */
export function refusedIsNotOvertaken({ userId, breach }: SessionContext): SessionRule {
  /** Each room's sends, in the order in which they came; the place of each. */
  const sent = new Map<string, number>()
  const blocked = new Map<string, { readonly clientId: string; readonly order: number }>()
  const nameOf = (frame: { roomId: string; clientId: string }) => `${frame.roomId} ${frame.clientId}`
  let order = 0
  const free = (roomId: string, clientId: string) => {
    if (blocked.get(roomId)?.clientId === clientId) blocked.delete(roomId)
  }
  const settle = (roomId: string, clientId: string) => {
    free(roomId, clientId)
    sent.delete(nameOf({ roomId, clientId }))
  }
  const refuse = (roomId: string, clientId: string, isForNow: boolean) => {
    if (!isForNow) return settle(roomId, clientId)
    const place = sent.get(nameOf({ roomId, clientId }))
    if (place === undefined) return
    const before = blocked.get(roomId)
    if (before === undefined || place < before.order) blocked.set(roomId, { clientId, order: place })
  }
  return {
    up(frame) {
      if (frame.type === 'message.send') {
        order++
        if (!sent.has(nameOf(frame))) sent.set(nameOf(frame), order)
        // Whatever is sent from here on goes behind it.
        free(frame.roomId, frame.clientId)
      }
      if (frame.type === 'message.cancel') settle(frame.roomId, frame.clientId)
    },
    down(frame) {
      if (frame.type === 'error' && frame.roomId !== undefined && frame.clientId !== undefined) {
        if (frame.code !== 'out_of_order') refuse(frame.roomId, frame.clientId, frame.retryable)
      }
      if (frame.type !== 'message.ack') return
      const { roomId, clientId, duplicate } = frame
      const first = blocked.get(roomId)
      const place = sent.get(nameOf(frame)) ?? 0
      if (first !== undefined && !duplicate && first.clientId !== clientId && place > first.order) {
        breach(
          'SEND3',
          `${clientId} of ${userId} was taken in ${roomId}, while ${first.clientId} before it stands refused`,
        )
      }
      settle(roomId, clientId)
    },
  }
}

/** SEND1: whoever asks again what became of a message is told the same as the first time. */
export function acksAgree({ userId, ledger, acks, breach }: SessionContext): SessionRule {
  return {
    down(frame) {
      if (frame.type !== 'message.ack') return
      const { roomId, clientId, messageId, seq, at } = frame
      const told = `${messageId} ${seq} ${at}`
      const name = `${ledger.room(roomId)?.epoch} ${roomId} ${userId} ${clientId}`
      const before = acks.get(name) ?? told
      acks.set(name, told)
      if (before !== told)
        breach('SEND1', `${userId} was told that ${clientId} is ${told}, and before that it was ${before}`)
    },
  }
}

/** READ4, G11: whoever opens a room finds in it what they were told to have written, on whichever node. */
export function ownWritesAreRead({ userId, ledger, ackedUpTo, breach }: SessionContext): SessionRule {
  const floors = new Map<string, { readonly epoch: string; readonly seq: number }>()
  const open = (roomId: string) => {
    const epoch = ledger.room(roomId)?.epoch ?? ''
    floors.set(roomId, { epoch, seq: ackedUpTo.get(`${epoch} ${roomId} ${userId}`) ?? 0 })
  }
  return {
    up(frame) {
      if (frame.type === 'session.hello') for (const { roomId } of frame.rooms ?? []) open(roomId)
      if (frame.type === 'room.open') open(frame.roomId)
    },
    down(frame) {
      if (frame.type === 'message.ack') {
        const name = `${ledger.room(frame.roomId)?.epoch} ${frame.roomId} ${userId}`
        ackedUpTo.set(name, Math.max(frame.seq, ackedUpTo.get(name) ?? 0))
      }
      if (frame.type !== 'room.live' && frame.type !== 'room.snapshot') return
      const floor = floors.get(frame.roomId)
      if (floor === undefined || floor.epoch !== frame.epoch || frame.seq >= floor.seq) return
      breach(
        'READ4',
        `${userId} opened ${frame.roomId} as of ${frame.seq}, and had been told that they wrote ${floor.seq}`,
      )
    },
  }
}

/** LOG7: nothing is published or acknowledged that is not durable, in that very place. */
export function onlyDurableIsTold({ userId, ledger, breach }: SessionContext): SessionRule {
  const check = (roomId: string, seq: number, isIt: (event: RoomEvent) => boolean, what: string) => {
    const event = ledger.room(roomId)?.events[seq - 1]
    if (event === undefined || !isIt(event))
      breach('LOG7', `${userId} was told ${what} of ${roomId}, which is not in the log`)
  }
  const isMessage = (id: string) => (event: RoomEvent) => event.kind === 'message.created' && event.message.id === id
  return {
    down(frame) {
      switch (frame.type) {
        case 'message.ack':
          check(frame.roomId, frame.seq, isMessage(frame.messageId), `that ${frame.clientId} is ${frame.seq}`)
          return
        case 'message.event':
          for (const event of frame.events) {
            const { roomId } = frame
            check(
              roomId,
              event.seq,
              written => written.kind === event.kind && written.by === event.by,
              `seq ${event.seq}`,
            )
            if (event.kind === 'message.created')
              check(roomId, event.seq, isMessage(event.message.id), event.message.id)
          }
          return
        case 'room.snapshot':
          if (frame.seq > 0) check(frame.roomId, frame.seq, () => true, `everything up to ${frame.seq}`)
          for (const { id, seq } of frame.messages) check(frame.roomId, seq, isMessage(id), id)
          return
        case 'inbox':
          for (const { roomId, seq } of frame.rooms) if (seq > 0) check(roomId, seq, () => true, `seq ${seq}`)
          return
        default:
      }
    },
  }
}

/** GONE1, GONE3: nothing beyond their leaving reaches whoever is out of a private room, or banned from any, as of this moment. */
export function nothingAfterLeaving({ userId, ledger, breach }: SessionContext): SessionRule {
  return {
    down(frame) {
      for (const { roomId, seq } of placesOf(frame)) {
        const room = ledger.room(roomId)
        if (room === undefined || room.members.has(userId)) continue
        const left = room.left.get(userId) ?? 0
        const isBanned = room.banned.has(userId)
        // A snapshot tells how it is; whoever has left may still be told of their leaving by events.
        const isPast = frame.type === 'room.snapshot' ? seq >= left : seq > left
        const what = `${userId} was sent ${frame.type} up to ${seq} of ${roomId}, which they left at ${left}`
        if (!room.isPublic && isPast) breach('GONE1', what)
        else if (isBanned && isPast && left > 0) breach('GONE3', `${what}, and are banned from`)
      }
    },
  }
}

/** LOG8: once somebody is told of anything behind a deletion, nothing brings the deleted content. */
export function deletedIsGone({ userId, ledger, breach }: SessionContext): SessionRule {
  const told = new Map<string, number>()
  const check = (roomId: string, asOf: number, messageId: string, content: string) => {
    const at = ledger.room(roomId)?.deleted.get(messageId)
    if (at === undefined || at > asOf || content === '') return
    breach('LOG8', `${userId} was sent “${content}” of ${roomId} as of ${asOf}, which was deleted at ${at}`)
  }
  return {
    up(frame) {
      if (frame.type === 'room.open') told.delete(frame.roomId)
    },
    down(frame) {
      if (frame.type === 'message.event') {
        const asOf = Math.max(told.get(frame.roomId) ?? 0, frame.events.at(-1)?.seq ?? 0)
        for (const event of frame.events) {
          if (event.kind === 'message.created') check(frame.roomId, asOf, event.message.id, event.message.content)
          if (event.kind === 'message.edited') check(frame.roomId, asOf, event.messageId, event.content)
        }
        told.set(frame.roomId, asOf)
      }
      if (frame.type === 'room.snapshot') {
        for (const { id, content } of frame.messages) check(frame.roomId, frame.seq, id, content)
        told.set(frame.roomId, frame.seq)
      }
      if (frame.type !== 'inbox') return
      for (const { roomId, seq, lastMessage } of frame.rooms) {
        if (lastMessage !== null) check(roomId, seq, lastMessage.id, lastMessage.content)
      }
    },
  }
}

/** All of the above. */
export const SESSION_RULES: readonly ((context: SessionContext) => SessionRule)[] = [
  eventsFollow,
  refusedIsNotOvertaken,
  acksAgree,
  ownWritesAreRead,
  onlyDurableIsTold,
  nothingAfterLeaving,
  deletedIsGone,
]

/** How far into which rooms a frame reaches. */
function placesOf(frame: DownFrame): readonly { readonly roomId: string; readonly seq: number }[] {
  switch (frame.type) {
    case 'message.event':
      return [{ roomId: frame.roomId, seq: frame.events.at(-1)?.seq ?? 0 }]
    case 'room.snapshot':
      return [{ roomId: frame.roomId, seq: frame.seq }]
    case 'inbox':
      return frame.rooms.map(({ roomId, seq, lastMessage }) => ({ roomId, seq: Math.max(seq, lastMessage?.seq ?? 0) }))
    default:
      return []
  }
}
