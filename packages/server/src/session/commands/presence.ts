import type { DownFrame, PresenceSet, PresenceWatch } from '@holdfast/protocol'
import { errorFrame, okFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { refusalOfPace } from './change.ts'

/** `presence.set`: no answer, unless it is refused. */
export async function presenceSet(context: CommandContext, frame: PresenceSet): Promise<DownFrame | null> {
  const refusal = refusalOfPace(context) ?? (await context.signals.setPresence(context.source, frame))
  return refusal === null ? null : errorFrame(refusal, { ref: frame.ref })
}

/** `presence.watch`: `ok`, then what there is to tell of these people. */
export async function presenceWatch(context: CommandContext, { ref, userIds }: PresenceWatch): Promise<DownFrame> {
  const refusal = refusalOfPace(context) ?? (await context.signals.watchPresence(context.source, userIds))
  return refusal === null ? okFrame({ ref }) : errorFrame(refusal, { ref })
}
