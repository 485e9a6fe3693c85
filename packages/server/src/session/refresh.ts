import type { Refusal } from '@holdfast/protocol'
import type { AuthResult } from '../auth/authenticator.ts'
import type { Actor } from '../log/actor.ts'

/** Why a token cannot replace that of `actor`; null when it can. A session stays its person's. */
export function refusalOfRefresh(result: AuthResult, actor: Actor): Refusal | null {
  if (!result.ok) return { code: 'unauthorized', message: result.reason }
  if (result.actor.userId === actor.userId) return null
  return { code: 'forbidden', message: 'unable to take the token; it is of another person' }
}
