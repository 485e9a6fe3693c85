import type { DownFrame, RoomRead } from '@holdfast/protocol'
import { errorFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { refusalOfPace } from './change.ts'

/** `room.read`: no answer, unless it is refused. */
export async function roomRead(context: CommandContext, frame: RoomRead): Promise<DownFrame | null> {
  const { ref, roomId, seq, readRevision = null } = frame
  const tooFast = refusalOfPace(context)
  if (tooFast !== null) return errorFrame(tooFast, { ref })
  const outcome = await context.submit({ kind: 'room.read', actor: context.actor, roomId, seq, readRevision })
  return outcome.ok ? null : errorFrame(outcome.refusal, { ref })
}
