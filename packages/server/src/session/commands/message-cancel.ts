import type { DownFrame, MessageCancel } from '@holdfast/protocol'
import { okFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'

/** `message.cancel`: gives a refused message up, so that those behind it may go. */
export async function messageCancel(context: CommandContext, frame: MessageCancel): Promise<DownFrame> {
  const { ref, roomId, clientId } = frame
  context.lanes.cancel(roomId, clientId)
  return okFrame({ ref, roomId, clientId })
}
