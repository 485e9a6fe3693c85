import type { RoomEvent } from '@holdfast/protocol'
import type { SessionContext, SessionRule } from './session-rule.ts'

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
