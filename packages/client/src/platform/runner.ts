import type { ClientPlatform } from './platform.ts'
import type { Cancel } from './scheduler.ts'

/** What happens to every machine when the time has come that it asked to be woken at, and not before. */
export interface Tick {
  readonly kind: 'tick'
}

/** A pure machine and how to run it. */
export interface Machine<State, Event, Effect> {
  readonly platform: ClientPlatform
  readonly initial: State
  /** One step, at `now` (monotonic milliseconds), with `fraction` as its share of chance. */
  step(
    state: State,
    event: Event | Tick,
    input: { readonly now: number; readonly fraction: number },
  ): { readonly state: State; readonly effects: readonly Effect[] }
  /** When the machine wants a tick at the latest; null when it waits for nothing. Monotonic milliseconds. */
  wakeAt(state: State): number | null
  perform(effect: Effect): void
  /** The state is another one than before the event, and its effects are done. */
  onState(state: State, before: State): void
}

/** Runs a machine: one event after the other, each with its effects, and one timer for its next tick. */
export class Runner<State, Event, Effect> {
  readonly #machine: Machine<State, Event, Effect>
  #state: State
  /** Events that came while an effect of another one was being performed. */
  readonly #queue: (Event | Tick)[] = []
  #isRunning = false
  #wake: { readonly at: number; readonly cancel: Cancel } | null = null

  constructor(machine: Machine<State, Event, Effect>) {
    this.#machine = machine
    this.#state = machine.initial
  }

  get state(): State {
    return this.#state
  }

  /** Takes `event`: at once, or after the one that is being dealt with. */
  dispatch(event: Event | Tick): void {
    this.#queue.push(event)
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#take(next)
    } finally {
      this.#isRunning = false
    }
    this.#arm()
  }

  #take(event: Event | Tick): void {
    const { platform, step, perform, onState } = this.#machine
    const { clock, random } = platform
    const before = this.#state
    const { state, effects } = step(before, event, { now: clock.monoMs(), fraction: random.fraction() })
    this.#state = state
    for (const effect of effects) perform(effect)
    if (state !== before) onState(state, before)
  }

  #awake(): void {
    const { platform, wakeAt } = this.#machine
    const at = wakeAt(this.#state)
    this.#wake = null
    if (at !== null && platform.clock.monoMs() >= at) this.dispatch({ kind: 'tick' })
    else this.#arm()
  }

  /** An earlier timer stays, and finds nothing due. That spares a timer for each frame that puts the moment off. */
  #arm(): void {
    const at = this.#machine.wakeAt(this.#state)
    if (at !== null && this.#wake !== null && this.#wake.at <= at) return
    this.#wake?.cancel()
    this.#wake = null
    if (at === null) return
    const { clock, scheduler } = this.#machine.platform
    const cancel = scheduler.after(at - clock.monoMs(), () => this.#awake())
    this.#wake = { at, cancel }
  }
}
