import { isRetryable } from '@holdfast/protocol'
import type { LogCommand, MessageSendCommand } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import type { SendLane } from '../send-lane.ts'

/**
 * The lanes as a batch sees them: each send is decided behind those before it, while the sessions' own lanes stay
 * untouched until the batch's fate is known.
 */
export class BatchLanes {
  readonly #lanes = new Map<SendLane, SendLane>()

  /** The batch's view of a session's lane. */
  readonly of = (lane: SendLane): SendLane => {
    let copy = this.#lanes.get(lane)
    if (copy === undefined) {
      copy = lane.copy()
      this.#lanes.set(lane, copy)
    }
    return copy
  }

  /** `command` has ended as `outcome`, for those behind it in the batch. */
  settle(command: LogCommand, outcome: Outcome): void {
    if (command.kind === 'message.send') settleLane(this.of(command.lane), command, outcome)
  }
}

/** What a send's outcome does to a lane: a passing refusal of its own holds it, every final answer frees it. */
export function settleLane(lane: SendLane, command: MessageSendCommand, outcome: Outcome): void {
  if (outcome.ok) lane.release(command.clientId)
  else if (outcome.refusal.code === 'out_of_order') return
  else if (isRetryable(outcome.refusal.code)) lane.block(command.clientId, command.ticket)
  else lane.release(command.clientId)
}
