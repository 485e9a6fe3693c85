import { type Cursor, encode, type Refusal, type RoomEvent } from '@holdfast/protocol'
import { type Opened, StoreUnavailable } from '../log/room-log.ts'
import type { Standing } from '../log/visit.ts'
import { SharedText } from '../transport/shared-text.ts'
import type { RoomDeps } from './deps.ts'
import type { Advance, Subscription } from './subscription.ts'
import { eventsFrame, type Leave, MAX_EVENTS_FRAME } from './tail.ts'

/** `room.live` is no longer than this. Bytes. */
const LIVE_FRAME = 1_024

/** What joining needs of the room's hub. */
interface Hub {
  reachesBackTo(cursor: Cursor): boolean
  learn(epoch: string, seq: number): void
  advance(subscription: Subscription): Advance
  goLive(subscription: Subscription): void
}

/** Events read from the log at a time while a reader catches up. */
const CATCH_UP_EVENTS = 128

/**
 * Takes a subscription from the request to live:
 *
 * 1. It is registered with the hub already, so that whatever happens from here on is known to the tail.
 * 2. An authorised read gives the room as of one moment: from the tail when it reaches back to the cursor, else from the log.
 * 3. What has come since is taken from the tail, or from the log where the tail does not reach, frame by frame as the reader
 *    takes them.
 * 4. When nothing is left between the reader and the tail's end, in that same turn, it is live.
 *
 * Never rejects.
 */
export async function join(hub: Hub, subscription: Subscription, deps: RoomDeps): Promise<void> {
  try {
    while (subscription.state === 'joining' && !subscription.hasBegun) await begin(hub, subscription, deps)
    await catchUp(hub, subscription, deps)
  } catch (error) {
    giveUp(subscription, error)
  }
}

/** Brings a subscription that the tail has moved past up to date again. Never rejects. */
export async function rejoin(hub: Hub, subscription: Subscription, deps: RoomDeps): Promise<void> {
  try {
    await catchUp(hub, subscription, deps)
  } catch (error) {
    giveUp(subscription, error)
  }
}

/** One authorised read and the first frames of it. What it could not hand over for want of room is read again: it may have been deleted meanwhile. */
async function begin(hub: Hub, subscription: Subscription, deps: RoomDeps): Promise<void> {
  await subscription.reader.whenRoomFor(MAX_EVENTS_FRAME)
  // A hello may name a thousand rooms, and reading one is work: the loop gets its turn between them. Meanwhile the reader may
  // have opened the room over, and then this one is not worth reading.
  await new Promise<void>(go => deps.scheduler.soon(go))
  if (subscription.hasEnded) return
  subscription.mustAskAgain = false
  const askedMs = deps.clock.monoMs()
  const answer = (await fromTail(hub, subscription, deps)) ?? (await fromLog(subscription, deps))
  if (subscription.hasEnded || subscription.mustAskAgain) return
  if ('refusal' in answer) return subscription.refuse(answer.refusal)
  switch (answer.kind) {
    case 'tail':
      hub.learn(answer.epoch, answer.seq)
      subscription.begin(answer.after, answer.seq)
      stand(subscription, answer.standing)
      deps.metrics.resumes.inc({ kind: 'tail' })
      return
    case 'delta':
      hub.learn(answer.epoch, answer.seq)
      subscription.begin(answer.seq - answer.events.length, answer.seq)
      stand(subscription, answer.standing)
      deps.metrics.resumes.inc({ kind: 'log' })
      return handOver(subscription, answer.events)
    case 'snapshot':
      subscription.hasReadsAsOf(askedMs)
      return handOverSnapshot(hub, subscription, answer, deps)
  }
}

type Answer =
  | Opened
  | { kind: 'tail'; epoch: string; seq: number; after: number; standing: Standing | null }
  | { refusal: Refusal }

function stand(subscription: Subscription, standing: Standing | null): void {
  if (standing !== null) subscription.stoodAt({ seq: standing.lastReadSeq, revision: standing.readRevision })
}

/** Null when the tail does not reach back to the cursor, or there is none. */
async function fromTail(hub: Hub, { request }: Subscription, deps: RoomDeps): Promise<Answer | null> {
  const { cursor, roomId, reader } = request
  if (cursor === null || !hub.reachesBackTo(cursor)) return null
  const access = await deps.log.access(roomId, reader.actor)
  if (!access.ok) return { refusal: access.refusal }
  const { epoch, seq, standing } = access.value
  const isCovered = hub.reachesBackTo(cursor) && epoch === cursor.epoch
  if (!isCovered || cursor.seq > seq || seq - cursor.seq > deps.delta) return null
  return { kind: 'tail', epoch, seq, after: cursor.seq, standing }
}

async function fromLog({ request }: Subscription, deps: RoomDeps): Promise<Answer> {
  const { roomId, reader, cursor, window } = request
  const opened = await deps.log.open({ roomId, actor: reader.actor, cursor, window, delta: deps.delta })
  return opened.ok ? opened.value : { refusal: opened.refusal }
}

async function handOverSnapshot(
  hub: Hub,
  subscription: Subscription,
  { snapshot }: Extract<Opened, { kind: 'snapshot' }>,
  deps: RoomDeps,
): Promise<void> {
  const message = new SharedText(encode({ type: 'room.snapshot', ...snapshot }))
  const { reader } = subscription
  if (!reader.hasRoomFor(message.frame.length)) return reader.whenRoomFor(message.frame.length)
  hub.learn(snapshot.epoch, snapshot.seq)
  subscription.begin(snapshot.seq, snapshot.seq)
  deps.metrics.resumes.inc({ kind: 'snapshot' })
  if (!reader.offer(message)) subscription.end()
}

async function catchUp(hub: Hub, subscription: Subscription, deps: RoomDeps): Promise<void> {
  while (subscription.state === 'joining' || subscription.state === 'catching-up') {
    if (subscription.suspension !== null) {
      await subscription.suspension
      continue
    }
    const advance = hub.advance(subscription)
    if (advance === 'ended') return
    const isBehind = advance === 'behind' || subscription.position < subscription.authorisedAt
    // For this very frame: waiting for less than it needs would be waiting for nothing, over and over.
    if (typeof advance === 'object') await subscription.reader.whenRoomFor(advance.frameBytes)
    else if (isBehind) await readOn(subscription, deps)
    else if (subscription.reader.hasRoomFor(LIVE_FRAME)) hub.goLive(subscription)
    else await subscription.reader.whenRoomFor(LIVE_FRAME)
  }
}

/** Hands over what the log holds after the reader's position: the tail begins later, or has not heard of it yet. */
async function readOn(subscription: Subscription, deps: RoomDeps): Promise<void> {
  await subscription.reader.whenRoomFor(MAX_EVENTS_FRAME)
  if (subscription.hasEnded) return
  const { position } = subscription
  const events = await deps.log.events(subscription.request.roomId, position, CATCH_UP_EVENTS)
  if (subscription.hasEnded || subscription.suspension !== null) return
  const first = events[0]
  if (first === undefined) return subscription.detach('deleted')
  // A log that forgets its oldest events (ephemeral rooms do) cannot serve this reader from here: opening again can.
  if (first.seq !== position + 1) return subscription.detach('lagging')
  return handOver(subscription, events)
}

/** As many of `events`, the first being the one after the reader's position, as the reader has room for; at least a frame. */
async function handOver(subscription: Subscription, events: readonly RoomEvent[]): Promise<void> {
  const leave = leaveIn(events, subscription)
  const jsons = events
    .filter(event => leave === undefined || event.seq <= leave.seq)
    .map(event => JSON.stringify(event))
  for (let given = 0; given < jsons.length && !subscription.hasEnded; ) {
    const frame = eventsFrame(subscription.request.roomId, jsons.slice(given), subscription.position)
    const bytes = frame.message.frame.length
    if (!subscription.reader.hasRoomFor(bytes)) return subscription.reader.whenRoomFor(bytes)
    subscription.deliver(frame, leave)
    given += frame.count
  }
}

/** Where in `events` the reader stops being one: at the first time they left after they were authorised. */
function leaveIn(events: readonly RoomEvent[], subscription: Subscription): Leave | undefined {
  const { userId } = subscription.reader.actor
  for (const event of events) {
    if (event.kind !== 'member.left' || event.userId !== userId || event.seq <= subscription.authorisedAt) continue
    return { seq: event.seq, userId, reason: event.reason }
  }
  return undefined
}

function giveUp(subscription: Subscription, error: unknown): void {
  if (!(error instanceof StoreUnavailable)) {
    subscription.fail(error)
    return
  }
  if (subscription.state === 'catching-up') {
    subscription.detach('lagging')
    return
  }
  subscription.refuse({ code: 'unavailable', message: 'unable to open the room; the store is unavailable' })
}
