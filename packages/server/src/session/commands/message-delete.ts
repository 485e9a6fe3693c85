import type { DownFrame, MessageDelete } from '@holdfast/protocol'
import type { CommandContext } from '../context.ts'
import { change } from './change.ts'

/** `message.delete`. */
export async function messageDelete(context: CommandContext, frame: MessageDelete): Promise<DownFrame> {
  const { ref, roomId, messageId } = frame
  return change(context, ref, { kind: 'message.delete', actor: context.actor, roomId, messageId })
}
