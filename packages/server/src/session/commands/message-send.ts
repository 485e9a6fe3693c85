import type { DownFrame, MessageSend, Refusal } from '@holdfast/protocol'
import type { Outcome } from '../../log/outcome.ts'
import { refused } from '../../log/outcome.ts'
import type { SendLane } from '../../log/send-lane.ts'
import { errorFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import type { Passage, RoomLane } from '../lanes.ts'
import { refusalOfContent } from './content.ts'

const NOBODY: readonly string[] = []

/**
 * `message.send`: the ack, or the refusal with the same `clientId` and `roomId`.
 *
 * Whatever is awaited before the log has it, all that follow in the lane await too: they reach it in the order of arrival.
 */
export async function messageSend(context: CommandContext, frame: MessageSend): Promise<DownFrame> {
  const lane = context.lanes.of(frame.roomId)
  if (lane === null) return answerTo(frame, tooManyLanes(), context)
  const passage = lane.enter(frame.clientId)
  if (passage.after !== null) await passage.after
  const outcome = refusalHere(lane, passage, context, frame) ?? (await submit(lane.lane, passage, context, frame))
  lane.leave(passage)
  context.lanes.tidy(frame.roomId)
  return answerTo(frame, outcome, context)
}

function answerTo({ ref, roomId, clientId }: MessageSend, outcome: Outcome, { metrics }: CommandContext): DownFrame {
  metrics.sends.inc({ outcome: labelOf(outcome) })
  if (!outcome.ok) return errorFrame(outcome.refusal, { ref, roomId, clientId })
  if (outcome.detail.kind !== 'ack') throw new Error(`unable to acknowledge; the log told ${outcome.detail.kind}`)
  const { messageId, at, duplicate } = outcome.detail
  const { seq } = outcome
  if (ref === undefined) return { type: 'message.ack', clientId, roomId, messageId, seq, at, duplicate }
  return { type: 'message.ack', ref, clientId, roomId, messageId, seq, at, duplicate }
}

/** What is refused without asking the log; null when the log is to decide. */
function refusalHere(
  lane: RoomLane,
  passage: Passage,
  context: CommandContext,
  frame: MessageSend,
): (Outcome & { ok: false }) | null {
  const refusal = refusalOf(context, frame)
  if (refusal !== null) {
    lane.refuse(frame.clientId)
    return { ok: false, refusal }
  }
  if (lane.hasToWait(passage)) return outOfOrder()
  const retryAfterMs = context.sendLimit.take(context.actor.userId)
  if (retryAfterMs === 0) return null
  if (!lane.holdBack(passage)) return outOfOrder()
  return refused('rate_limited', 'unable to send the message; you are sending too fast', retryAfterMs)
}

function submit(
  lane: SendLane,
  { clientId, ticket }: Passage,
  { actor, submit }: CommandContext,
  frame: MessageSend,
): Promise<Outcome> {
  return submit({
    kind: 'message.send',
    actor,
    roomId: frame.roomId,
    clientId,
    type: frame.kind ?? 'text',
    content: frame.content,
    replyTo: frame.replyTo ?? null,
    mentions: frame.mentions === undefined ? NOBODY : [...new Set(frame.mentions)],
    seen: frame.seen ?? null,
    lane,
    ticket,
  })
}

/** Why this can be no message, whoever sends it wherever. */
function refusalOf({ limits }: CommandContext, { kind, attachments, content }: MessageSend): Refusal | null {
  if (kind === 'system') {
    return { code: 'forbidden', message: 'unable to send the message; system messages are not sent by people' }
  }
  if (attachments !== undefined && attachments.length > 0) {
    return { code: 'unsupported', message: 'unable to send the message; this server takes no attachments' }
  }
  return refusalOfContent(content, limits.contentBytes)
}

function outOfOrder(): Outcome & { ok: false } {
  return refused('out_of_order', 'unable to send the message; an earlier one has to be sent again or given up first')
}

function tooManyLanes(): Outcome {
  return refused('too_large', 'unable to send the message; refused messages wait in too many rooms of this session')
}

function labelOf(outcome: Outcome): string {
  if (!outcome.ok) return outcome.refusal.code
  return outcome.detail.kind === 'ack' && outcome.detail.duplicate ? 'duplicate' : 'ok'
}
