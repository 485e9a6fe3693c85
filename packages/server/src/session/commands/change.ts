import type { DownFrame, Refusal } from '@holdfast/protocol'
import type { LogCommand } from '../../log/command.ts'
import { errorFrame, okFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'

/** Commits a change other than a message; `ok` with its seq, or the refusal. */
export async function change(
  context: CommandContext,
  ref: string | undefined,
  command: LogCommand,
): Promise<DownFrame> {
  const tooFast = refusalOfPace(context)
  if (tooFast !== null) return errorFrame(tooFast, { ref })
  const outcome = await context.submit(command)
  return outcome.ok ? okFrame({ ref }, outcome.seq) : errorFrame(outcome.refusal, { ref })
}

/** Members of a new room that are written in the time of about one other change. */
const MEMBERS_A_CHANGE = 20

/** As how many changes a command counts: a room of a thousand members is a thousand events. */
function costOf(command: LogCommand): number {
  return command.kind === 'room.create' ? 1 + Math.floor(command.members.length / MEMBERS_A_CHANGE) : 1
}

/** `submit` for changes that do not come as frames: a person's pace is one over all ways. */
export function paced({ changeLimit, submit }: Pick<CommandContext, 'changeLimit' | 'submit'>): typeof submit {
  return async command => {
    const refusal = refusalOfPace({ changeLimit, actor: command.actor }, costOf(command))
    return refusal === null ? submit(command) : { ok: false, refusal }
  }
}

/** Counts one change of this person, or as many as it costs; the refusal when there were too many lately. */
export function refusalOfPace(
  { changeLimit, actor }: Pick<CommandContext, 'changeLimit' | 'actor'>,
  cost = 1,
): Refusal | null {
  const retryAfterMs = changeLimit.take(actor.userId, cost)
  if (retryAfterMs === 0) return null
  return { code: 'rate_limited', message: 'unable to do it; you are changing too much too fast', retryAfterMs }
}
