/**
 * The order of one session's messages to one room (contract §2.5).
 *
 * When a send is refused for a passing reason, those behind it must not overtake it: they are refused with
 * `out_of_order` until the refused one is sent again or given up. Only the first refusal blocks. A session decides some
 * refusals (rate limits) before the commit and the log decides others in it, so each send takes a ticket when it
 * arrives and the earliest refused ticket holds the lane.
 *
 * Who asks: the log alone decides `out_of_order`, in the order of the batch; a session only takes tickets, blocks for
 * its own refusals, and releases on `message.cancel`. (Asked at arrival, the lane would refuse what follows a retry
 * that is about to go.)
 */
export class SendLane {
  #tickets = 0
  #blocked: SendLaneState['blocked'] = null

  /** A lane in a state that was taken of another. */
  static in({ tickets, blocked }: SendLaneState): SendLane {
    const lane = new SendLane()
    lane.#tickets = tickets
    lane.#blocked = blocked
    return lane
  }

  /** All of it, to go to another thread. */
  get state(): SendLaneState {
    return { tickets: this.#tickets, blocked: this.#blocked }
  }

  /** Called once for every send in the order of arrival. */
  takeTicket(): number {
    return ++this.#tickets
  }

  /** The message that must be sent again or given up before any other may go; null when the lane is free. */
  get blockedBy(): string | null {
    return this.#blocked?.clientId ?? null
  }

  /**
   * Whether a send of `clientId` that took `ticket` has to wait for another one. What took its ticket before the
   * refused one is not behind it. Without a ticket: whether the next send would have to wait.
   */
  isBlockedFor(clientId: string, ticket = Number.POSITIVE_INFINITY): boolean {
    return this.#blocked !== null && this.#blocked.clientId !== clientId && this.#blocked.ticket < ticket
  }

  /**
   * `clientId` was refused for a passing reason. An earlier refusal keeps the lane, a later one gives way; so does that of the
   * same message sent again, since what arrived between the two is still behind the first.
   */
  block(clientId: string, ticket: number): void {
    if (this.#blocked === null || ticket < this.#blocked.ticket) this.#blocked = { clientId, ticket }
  }

  /** `clientId` was answered for good, or given up. */
  release(clientId: string): void {
    if (this.#blocked?.clientId === clientId) this.#blocked = null
  }

  /** A lane in the same state, to try a batch on whose fate is not known yet. */
  copy(): SendLane {
    return SendLane.in(this.state)
  }
}

/** What a lane is: how many have taken a ticket, and the first refusal. */
export interface SendLaneState {
  readonly tickets: number
  readonly blocked: { readonly clientId: string; readonly ticket: number } | null
}
