import type { RoomEvent } from '@holdfast/protocol'
import type { SessionContext, SessionRule } from './session-rule.ts'

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
