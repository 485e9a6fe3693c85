import type { Cursor, RoomEvent } from '@holdfast/protocol'
import { StoreUnavailable } from '../log/room-log.ts'
import type { OwnSnapshot, Standing } from '../log/visit.ts'
import type { Admission, Admitted } from './admission.ts'
import type { RoomDeps } from './deps.ts'
import type { Advance, Subscription } from './subscription.ts'
import { eventsFrame, type Leave, MAX_EVENTS_FRAME, type Tail } from './tail.ts'

/** `room.live` is no longer than this. Bytes. */
const LIVE_FRAME = 1_024

/** What joining needs beside the room's hub. */
export interface JoinDeps extends RoomDeps {
  /** Lets readers in. */
  readonly admission: Admission
}

/** What joining needs of the room's hub. */
interface Hub {
  reachesBackTo(cursor: Cursor): boolean
  learn(epoch: string, seq: number, caughtUp: Tail | null): void
  advance(subscription: Subscription): Advance
  goLive(subscription: Subscription): void
}

/** Events read from the log at a time while a reader catches up. */
const CATCH_UP_EVENTS = 128

/**
 * Takes a subscription from the request to live:
 *
 * 1. It is registered with the hub already, so that whatever happens from here on is known to the tail.
 * 2. An authorised read, which those who come together share, gives the room as of one moment: the events are the tail's when it
 *    reaches back to the cursor, else the log's.
 * 3. What has come since is taken from the tail, or from the log where the tail does not reach, frame by frame as the reader
 *    takes them.
 * 4. When nothing is left between the reader and the tail's end, in that same turn, it is live.
 *
 * Never rejects.
 */
export async function join(hub: Hub, subscription: Subscription, deps: JoinDeps): Promise<void> {
  try {
    while (subscription.state === 'joining' && !subscription.hasBegun) await begin(hub, subscription, deps)
    await catchUp(hub, subscription, deps)
  } catch (error) {
    giveUp(subscription, error)
  }
}

/** Brings a subscription that the tail has moved past up to date again. Never rejects. */
export async function rejoin(hub: Hub, subscription: Subscription, deps: JoinDeps): Promise<void> {
  try {
    await catchUp(hub, subscription, deps)
  } catch (error) {
    giveUp(subscription, error)
  }
}

/** Waits until the reader takes so many bytes. One that takes nothing any more is gone, and to ask it again would never end. */
async function roomFor(subscription: Subscription, bytes: number): Promise<void> {
  if (!(await subscription.reader.whenRoomFor(bytes))) subscription.end()
}

/** One authorised read and the first frames of it. What could not be handed over for want of room is read again: it may have been deleted meanwhile. */
async function begin(hub: Hub, subscription: Subscription, deps: JoinDeps): Promise<void> {
  const { cursor } = subscription.request
  await roomFor(subscription, MAX_EVENTS_FRAME)
  if (subscription.hasEnded) return
  // While it waits for its turn the reader may open the room over, and then this one is not worth reading.
  const admitted = await deps.admission.enter(subscription, () => cursor !== null && hub.reachesBackTo(cursor))
  if (admitted === null || subscription.hasEnded || subscription.mustAskAgain) return
  const { visit, head } = admitted
  if (visit.kind === 'refused') return subscription.refuse(visit.refusal)
  if (head === null) throw new Error('unable to open the room; the log lets somebody into a room that is none')
  if (visit.kind === 'snapshot') return handOverSnapshot(hub, subscription, { ...admitted, head }, visit.own, deps)
  if (cursor !== null) beginAfter(hub, subscription, { ...admitted, head, after: cursor.seq }, visit.standing, deps)
}

/** An answer to somebody who may read the room, which stood at `head` then. */
interface Entered extends Admitted {
  readonly head: Cursor
}

function beginAfter(
  hub: Hub,
  subscription: Subscription,
  { head, isHeld, caughtUp, after }: Entered & { readonly after: number },
  standing: Standing | null,
  deps: JoinDeps,
): void {
  // The tail has moved on meanwhile: the log is asked for what it has dropped.
  if (isHeld && !hub.reachesBackTo({ epoch: head.epoch, seq: after })) return
  hub.learn(head.epoch, head.seq, caughtUp)
  const answer = { after, seq: head.seq }
  subscription.begin(answer.after, answer.seq)
  if (standing !== null) subscription.stoodAt({ seq: standing.lastReadSeq, revision: standing.readRevision })
  deps.metrics.resumes.inc({ kind: isHeld ? 'tail' : 'log' })
  if (caughtUp !== null && !isHeld) subscription.advance(caughtUp, true)
}

async function handOverSnapshot(
  hub: Hub,
  subscription: Subscription,
  { snapshot: text, head: snapshot, askedMs }: Entered,
  own: OwnSnapshot,
  deps: JoinDeps,
): Promise<void> {
  const { reader } = subscription
  if (text === null) throw new Error('unable to open the room; the log has not given its snapshot')
  const message = text.for(own)
  subscription.hasReadsAsOf(askedMs)
  if (!reader.hasRoomFor(message.frame.length)) return roomFor(subscription, message.frame.length)
  hub.learn(snapshot.epoch, snapshot.seq, null)
  subscription.begin(snapshot.seq, snapshot.seq)
  deps.metrics.resumes.inc({ kind: 'snapshot' })
  if (!reader.offer(message)) subscription.end()
}

async function catchUp(hub: Hub, subscription: Subscription, deps: JoinDeps): Promise<void> {
  while (subscription.state === 'joining' || subscription.state === 'catching-up') {
    if (subscription.suspension !== null) {
      await subscription.suspension
      continue
    }
    const advance = hub.advance(subscription)
    if (advance === 'ended') return
    const isBehind = advance === 'behind' || subscription.position < subscription.authorisedAt
    // For this very frame: waiting for less than it needs would be waiting for nothing, over and over.
    if (typeof advance === 'object') await roomFor(subscription, advance.frameBytes)
    else if (isBehind) await readOn(subscription, deps)
    else if (subscription.reader.hasRoomFor(LIVE_FRAME)) hub.goLive(subscription)
    else await roomFor(subscription, LIVE_FRAME)
  }
}

/** Hands over what the log holds after the reader's position: the tail begins later, or has not heard of it yet. */
async function readOn(subscription: Subscription, deps: JoinDeps): Promise<void> {
  await roomFor(subscription, MAX_EVENTS_FRAME)
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
    if (!subscription.reader.hasRoomFor(bytes)) return roomFor(subscription, bytes)
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
