import type { DownFrame, MessageSend, Refusal } from '@holdfast/protocol'
import type { Outcome } from '../../log/outcome.ts'
import { refused } from '../../log/outcome.ts'
import type { SendLane } from '../../log/send-lane.ts'
import { errorFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { refusalOfContent } from './content.ts'

/** `message.send`: the ack, or the refusal with the same `clientId` and `roomId`. */
export async function messageSend(context: CommandContext, frame: MessageSend): Promise<DownFrame> {
  const { ref, roomId, clientId } = frame
  const lane = context.lanes.enter(roomId)
  const outcome = lane === null ? tooManyLanes() : await sendOn(lane, context, frame)
  if (lane !== null) context.lanes.leave(roomId)
  context.metrics.sends.inc({ outcome: labelOf(outcome) })
  if (!outcome.ok) return errorFrame(outcome.refusal, { ref, roomId, clientId })
  if (outcome.detail.kind !== 'ack') throw new Error(`unable to acknowledge; the log told ${outcome.detail.kind}`)
  const { messageId, at, duplicate } = outcome.detail
  const names = { ...(ref !== undefined && { ref }), clientId, roomId }
  return { type: 'message.ack', ...names, messageId, seq: outcome.seq, at, duplicate }
}

/** Nothing is awaited before `submit`: messages reach the log in the order in which they arrived. */
async function sendOn(lane: SendLane, context: CommandContext, frame: MessageSend): Promise<Outcome> {
  const { roomId, clientId } = frame
  const ticket = lane.takeTicket()
  const refusal = refusalOf(context, frame)
  if (refusal !== null) {
    lane.release(clientId)
    return { ok: false, refusal }
  }
  const retryAfterMs = context.sendLimit.take(context.actor.userId)
  if (retryAfterMs > 0) return holdBack(lane, clientId, ticket, retryAfterMs)
  return context.submit({
    kind: 'message.send',
    actor: context.actor,
    roomId,
    clientId,
    type: frame.kind ?? 'text',
    content: frame.content,
    replyTo: frame.replyTo ?? null,
    mentions: [...new Set(frame.mentions)],
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

/** Too fast. What is behind another refused message is refused for that, since only the first refusal blocks. */
function holdBack(lane: SendLane, clientId: string, ticket: number, retryAfterMs: number): Outcome {
  if (lane.isBlockedFor(clientId, ticket)) {
    return refused('out_of_order', 'unable to send the message; an earlier one has to be sent again or given up first')
  }
  lane.block(clientId, ticket)
  return refused('rate_limited', 'unable to send the message; you are sending too fast', retryAfterMs)
}

function tooManyLanes(): Outcome {
  return refused('too_large', 'unable to send the message; refused messages wait in too many rooms of this session')
}

function labelOf(outcome: Outcome): string {
  if (!outcome.ok) return outcome.refusal.code
  return outcome.detail.kind === 'ack' && outcome.detail.duplicate ? 'duplicate' : 'ok'
}
