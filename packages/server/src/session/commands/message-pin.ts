import type { DownFrame, MessagePin, MessageUnpin } from '@holdfast/protocol'
import type { CommandContext } from '../context.ts'
import { change } from './change.ts'

/** `message.pin` and `message.unpin`. */
export async function messagePin(context: CommandContext, frame: MessagePin | MessageUnpin): Promise<DownFrame> {
  const { type, ref, roomId, messageId } = frame
  return change(context, ref, { kind: type, actor: context.actor, roomId, messageId })
}
