import type { DownFrame, TypingStart, TypingStop } from '@holdfast/protocol'
import { errorFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { refusalOfPace } from './change.ts'

/**
 * `typing.start`, `typing.stop`: no answer, unless it is refused. A start asks the log whether one may type there, so that it
 * counts as a change does; too many are dropped without a word, as those are that come within the same second.
 */
export async function typing(context: CommandContext, frame: TypingStart | TypingStop): Promise<DownFrame | null> {
  const { type, ref, roomId } = frame
  const isTyping = type === 'typing.start'
  if (isTyping && refusalOfPace(context) !== null) return null
  const refusal = await context.signals.typing(context.source, roomId, isTyping)
  return refusal === null ? null : errorFrame(refusal, { ref })
}
