import type { AuthRefresh, DownFrame } from '@holdfast/protocol'
import { errorFrame, okFrame } from '../answers.ts'
import type { CommandContext } from '../context.ts'

/** `auth.refresh`: `ok` once the new token is in force. */
export async function authRefresh(context: CommandContext, { ref, token }: AuthRefresh): Promise<DownFrame> {
  const refusal = await context.refresh(token)
  return refusal === null ? okFrame({ ref }) : errorFrame(refusal, { ref })
}
