import { nothingAfterLeaving } from './session-leaving.ts'
import { eventsFollow, refusedIsNotOvertaken } from './session-order.ts'
import type { SessionContext, SessionRule } from './session-rule.ts'
import { acksAgree, deletedIsGone, onlyDurableIsTold, ownWritesAreRead } from './session-truth.ts'

/** All rules that are held against every frame that a session takes and is sent. */
export const SESSION_RULES: readonly ((context: SessionContext) => SessionRule)[] = [
  eventsFollow,
  refusedIsNotOvertaken,
  acksAgree,
  ownWritesAreRead,
  onlyDurableIsTold,
  nothingAfterLeaving,
  deletedIsGone,
]
