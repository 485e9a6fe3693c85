import type { Clock } from '../platform/clock.ts'
import type { Cancel, Scheduler } from '../platform/scheduler.ts'
import type { ActivitySource } from './idle-options.ts'
import { type Moment, momentOf, passed } from './moment.ts'

/** What the tabs of one person tell each other: when there was input last, in milliseconds since the Unix epoch. */
export interface TabChannel {
  post(at: number): void
  close(): void
}

/** Opens the channel between the tabs; what the others post is handed to `onPost`. */
export type OpenTabChannel = (onPost: (at: number) => void) => TabChannel

/** What a detector needs from the rest of the client. */
export interface IdleDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly activity: ActivitySource
  readonly openChannel: OpenTabChannel
  readonly afterMs: number
  readonly warnMs: number
  onWarning(isDue: boolean): void
  onIdle(isIdle: boolean): void
}

/** Input is told to the other tabs at most this often. Milliseconds. */
export const ACTIVITY_EVERY_MS = 1_000

type Phase = 'active' | 'warned' | 'idle'

/**
 * Whether a person is there. The tabs tell each other of the last input, so that all of them know the same and are one
 * detector; whichever finds its time over tells the others to look too, since a hidden tab's timers are slow.
 */
export class IdleDetector {
  readonly #deps: IdleDeps
  readonly #channel: TabChannel
  readonly #unwatch: () => void
  #last: Moment
  /** When there was input last, as the tabs tell each other; 0: this one does not know. */
  #shared = 0
  #phase: Phase = 'active'
  #timer: Cancel | null = null

  /** `isInput`: that this tab is there now is somebody's doing; else it asks the others when there was input last. */
  constructor(deps: IdleDeps, isInput: boolean) {
    this.#deps = deps
    this.#last = momentOf(deps.clock)
    if (isInput) this.#shared = this.#last.wall
    this.#channel = deps.openChannel(at => this.#hear(at))
    this.#channel.post(this.#shared)
    this.#unwatch = deps.activity.watch(() => this.#touch())
    this.look()
  }

  /** Looks whether the time is over: for when the device may have slept. */
  look(): void {
    this.#timer?.()
    const { clock, scheduler, afterMs, warnMs } = this.#deps
    const idleFor = passed(this.#last, momentOf(clock))
    // A warning that is due with no input at all is none.
    const warnAt = warnMs < afterMs ? afterMs - warnMs : afterMs
    this.#enter(idleFor >= afterMs ? 'idle' : idleFor >= warnAt ? 'warned' : 'active')
    const next = idleFor < warnAt ? warnAt : afterMs
    this.#timer = this.#phase === 'idle' ? null : scheduler.after(next - idleFor, () => this.look())
  }

  close(): void {
    this.#timer?.()
    this.#unwatch()
    this.#channel.close()
    this.#enter('active')
  }

  #touch(): void {
    const now = momentOf(this.#deps.clock)
    if (this.#phase === 'active' && passed(this.#last, now) < ACTIVITY_EVERY_MS) return
    this.#last = now
    this.#shared = now.wall
    this.#channel.post(this.#shared)
    this.look()
  }

  #hear(at: number): void {
    const now = momentOf(this.#deps.clock)
    if (at < this.#shared) this.#channel.post(this.#shared)
    if (at > this.#shared) {
      this.#shared = at
      const age = Math.max(0, now.wall - at)
      this.#last = { mono: now.mono - age, wall: now.wall - age }
    }
    this.look()
  }

  #enter(phase: Phase): void {
    const before = this.#phase
    if (phase === before) return
    this.#phase = phase
    if (phase !== 'active') this.#channel.post(this.#shared)
    if (phase === 'warned' || before === 'warned') this.#deps.onWarning(phase === 'warned')
    if (phase === 'idle' || before === 'idle') this.#deps.onIdle(phase === 'idle')
  }
}
