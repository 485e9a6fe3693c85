import type { DownFrame, MessageEdit } from '@holdfast/protocol'
import { errorFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { change } from './change.ts'
import { refusalOfContent } from './content.ts'

/** `message.edit`: held to the same rules of content as a new message. */
export async function messageEdit(context: CommandContext, frame: MessageEdit): Promise<DownFrame> {
  const { ref, roomId, messageId, content, mentions = null } = frame
  const refusal = refusalOfContent(content, context.limits.contentBytes)
  if (refusal !== null) return errorFrame(refusal, { ref })
  return change(context, ref, { kind: 'message.edit', actor: context.actor, roomId, messageId, content, mentions })
}
