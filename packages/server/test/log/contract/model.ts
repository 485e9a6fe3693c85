import {
  emptyRoomState,
  type Member,
  type Message,
  type RoomEvent,
  type RoomState,
  reduce,
  tombstone,
} from '@holdfast/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { given, type Harness, person } from '../kit.ts'
import { type Happened, play, stepsArbitrary } from './random-history.ts'

const RUNS = 25

/**
 * Random histories of several people in several rooms, in batches of any size under a clock that jumps, held against
 * the simplest model there is: the list of events that the outcomes gave out.
 */
export function modelRules(use: () => Harness): void {
  it('[L120] the log, what it projects, its deltas and its counts all agree with the events given out', async () => {
    let run = 0
    let steps = 0
    const property = fc.asyncProperty(stepsArbitrary, async plan => {
      const h = use()
      const happened = await play(h, plan, `${run++}`)
      for (const roomId of happened.rooms.keys()) await check(h, happened, roomId)
      steps += happened.done
    })
    await fc.assert(property, { numRuns: RUNS })
    expect(steps, 'the histories were not made of refusals alone').toBeGreaterThan(RUNS * 10)
  })
}

async function check(h: Harness, happened: Happened, roomId: string): Promise<void> {
  const told = happened.rooms.get(roomId) ?? []
  expect(told.map(event => event.seq)).toEqual(told.map((_, i) => i + 1))
  expect(told.map(event => event.at)).toEqual(told.map(event => event.at).sort((a, b) => a - b))
  const log = await h.events(roomId)
  expect(log).toEqual(erased(told))

  const state = fold(roomId, told)
  checkPeople(roomId, told)
  expect(fold(roomId, log), 'the log as it is folds to what its readers have').toEqual(state)
  const snapshot = await h.snapshot(happened.admin, roomId, 100)
  expect(stateOf(snapshot)).toEqual(plain({ ...state, epoch: snapshot.epoch }))

  for (const seq of new Set([0, 1, Math.floor(told.length / 3), Math.floor(told.length / 2), told.length])) {
    const resumed = reduce(fold(roomId, told.slice(0, seq)), await h.delta(happened.admin, roomId, seq))
    expect(plain(resumed), `resumed from ${seq}`).toEqual(plain(state))
  }
  await checkCounts(h, happened, state, snapshot.reads)
  await checkDuplicates(h, happened, roomId)
}

/** What is given out once a message is deleted: its place without its content, and edits that say nothing. */
function erased(events: readonly RoomEvent[]): readonly RoomEvent[] {
  const deleted = new Map<string, number>()
  for (const event of events) if (event.kind === 'message.deleted') deleted.set(event.messageId, event.deletedAt)
  return events.map(event => {
    if (event.kind === 'message.edited' && deleted.has(event.messageId)) {
      return { ...event, content: '', ...(event.mentions !== undefined && { mentions: [] }) }
    }
    if (event.kind !== 'message.created') return event
    const deletedAt = deleted.get(event.message.id)
    if (deletedAt === undefined) return event
    const edits = events.filter(other => other.kind === 'message.edited' && other.messageId === event.message.id)
    const last = edits.at(-1)
    const editedAt = last?.kind === 'message.edited' ? last.editedAt : null
    return { ...event, message: { ...tombstone(event.message, deletedAt), editedAt } }
  })
}

/** Nobody speaks who is not in the room at that moment, and a room with members has an owner in the end. */
function checkPeople(roomId: string, events: readonly RoomEvent[]): void {
  let state = emptyRoomState(roomId, '')
  for (const event of events) {
    if (event.kind === 'message.created') expect(state.members.has(event.by)).toBe(true)
    state = reduce(state, [event])
  }
  const roles = [...state.members.values()].map(member => member.role)
  expect(roles.length === 0 || roles.includes('owner'), 'a room with members has an owner').toBe(true)
}

async function checkCounts(h: Harness, happened: Happened, state: RoomState, reads: Readonly<Record<string, number>>) {
  for (const { userId } of state.members.values()) {
    const position = happened.readPosition(state.room.id, userId)
    expect(reads[userId]).toBe(happened.shownPosition(state.room.id, userId))
    const unread = state.messages.filter(
      message => message.seq > position && message.senderId !== userId && message.deletedAt === null,
    )
    const mentions = unread.filter(message => message.mentions.includes(userId)).length
    const expected = { unread: unread.length, mentions, lastReadSeq: position, seq: state.seq }
    const lastMessage = state.messages.at(-1) ?? null
    expect(await given(h.log.room(state.room.id, person(userId)))).toMatchObject({ ...expected, lastMessage })
    const { rooms } = await given(h.log.rooms({ actor: person(userId), cursor: null, limit: 100 }))
    expect(rooms.find(room => room.id === state.room.id)).toMatchObject({ ...expected, lastMessage })
  }
}

/** Whoever is still in the room gets the first ack again for everything they ever sent. */
async function checkDuplicates(h: Harness, happened: Happened, roomId: string): Promise<void> {
  const head = await h.log.head(roomId)
  const state = fold(roomId, happened.rooms.get(roomId) ?? [])
  const sent = happened.sent.filter(one => one.roomId === roomId && state.members.has(one.actor.userId))
  const again = await h.log.commit(sent)
  for (const [i, outcome] of again.entries()) {
    const { seq, ...ack } = happened.acks.get(sent[i]?.clientId ?? '') ?? {}
    expect(outcome).toMatchObject({ ok: true, seq, events: [], detail: { ...ack, duplicate: true } })
  }
  expect(await h.log.head(roomId)).toEqual(head)
}

function fold(roomId: string, events: readonly RoomEvent[]): RoomState {
  return reduce(emptyRoomState(roomId, ''), events)
}

interface PlainState {
  readonly seq: number
  readonly room: unknown
  readonly members: readonly Member[]
  readonly memberCount: number
  readonly messages: readonly Message[]
}

function plain({ seq, room, members, memberCount, messages }: RoomState): PlainState {
  return { seq, room, members: [...members.values()], memberCount, messages }
}

function stateOf({ seq, room, members, memberCount, messages }: PlainState): PlainState {
  return { seq, room, members, memberCount, messages }
}
