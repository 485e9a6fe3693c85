import type { DownFrame, ReactionAdd, ReactionRemove } from '@holdfast/protocol'
import type { CommandContext } from '../context.ts'
import { change } from './change.ts'

/** `reaction.add` and `reaction.remove`. */
export async function reaction(context: CommandContext, frame: ReactionAdd | ReactionRemove): Promise<DownFrame> {
  const { type, ref, roomId, messageId, key } = frame
  return change(context, ref, { kind: type, actor: context.actor, roomId, messageId, key })
}
