/** Where a machine goes, and what is to be done on the way. */
export interface Step<State, Effect> {
  readonly state: State
  readonly effects: readonly Effect[]
}

/** A step of a machine: to `state`, doing `effects` in this order. The same state and no effect: the event meant nothing there. */
export function go<State, Effect>(state: State, ...effects: readonly Effect[]): Step<State, Effect> {
  return { state, effects }
}

/** `step`, with `effects` done before its own. */
export function goAfter<State, Effect>(effects: readonly Effect[], step: Step<State, Effect>): Step<State, Effect> {
  return go(step.state, ...effects, ...step.effects)
}

/** When a state that has one is due, in monotonic milliseconds: the machine then wants a tick. Null: it waits for nothing. */
export function dueAtOf(state: object | { readonly dueAt: number | null }): number | null {
  return 'dueAt' in state ? state.dueAt : null
}
