import type { DownFrame, TypingStart, TypingStop } from '@holdfast/protocol'
import { errorFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'

/** `typing.start`, `typing.stop`: no answer, unless it is refused. */
export async function typing(context: CommandContext, frame: TypingStart | TypingStop): Promise<DownFrame | null> {
  const { type, ref, roomId } = frame
  const refusal = await context.signals.typing(context.source, roomId, type === 'typing.start')
  return refusal === null ? null : errorFrame(refusal, { ref })
}
