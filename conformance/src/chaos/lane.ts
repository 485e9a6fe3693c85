import type { Socket } from 'node:net'
import type { Action, Ending } from './action.ts'
import type { Gate, Path } from './gate.ts'
import { pause, type Scheduler } from './scheduler.ts'
import type { Place, Script } from './script.ts'
import { SecondCopy } from './second-copy.ts'
import type { Unit } from './unit.ts'

/** What a lane does that concerns more than itself. */
export interface LaneHands {
  readonly script: () => Script
  readonly scheduler: Scheduler
  /** Where units wait that are held. */
  readonly held: Gate
  /** Where units wait for one of another connection. */
  readonly swapping: Gate
  /** Aborts when the connection is over. */
  readonly over: AbortSignal
  readonly note: (place: Place, action: Action) => void
  /** Sends a request once more, over a connection of its own. */
  readonly again: (request: Buffer) => void
  readonly end: (ending: Ending) => void
  /** A unit is through: there is room for more. */
  readonly left: (unit: Unit) => void
}

/** A unit, what is to be done with it, and when that may begin. */
interface Queued {
  readonly unit: Unit
  readonly action: Action
  readonly due: Promise<void>
}

/**
 * One direction of a connection: units go through it one after another, each as the script says when it comes. Delays run
 * from there on, side by side, as those of a long line do; everything else holds up what is behind.
 */
export class Lane {
  readonly #path: Path
  readonly #out: Socket
  readonly #hands: LaneHands
  readonly #queue: Queued[] = []
  readonly #counts = new Map<Unit['kind'], number>()
  #index = 0
  #offset = 0
  #bytes = 0
  #runs = false
  #isLast = false
  /** Of the message that is going by and is to arrive twice. */
  #copy: SecondCopy | undefined

  constructor(path: Path, out: Socket, hands: LaneHands) {
    this.#path = path
    this.#out = out
    this.#hands = hands
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes
  }

  push(units: readonly Unit[]): void {
    for (const unit of units) {
      this.#queue.push(this.#decide(unit))
      this.#bytes += unit.bytes.length
    }
    if (!this.#runs) void this.#run()
  }

  /** Nothing more comes: once all is through, the other end is told. */
  finish(): void {
    this.#isLast = true
    if (!this.#runs) this.#out.end()
  }

  async #run(): Promise<void> {
    this.#runs = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { unit, action, due } = next
      await due
      await this.#perform(unit, action)
      await this.#repeatMessage(unit)
      if (this.#hands.over.aborted) return
      this.#bytes -= unit.bytes.length
      this.#hands.left(unit)
    }
    this.#runs = false
    if (this.#isLast) this.#out.end()
  }

  #decide(unit: Unit): Queued {
    const { script, scheduler, over, note } = this.#hands
    const nth = this.#counts.get(unit.kind) ?? 0
    const place = { ...this.#path, unit, index: this.#index, nth, offset: this.#offset }
    this.#counts.set(unit.kind, nth + 1)
    this.#index += 1
    this.#offset += unit.bytes.length
    const action = script()(place)
    note(place, action)
    return { unit, action, due: action.kind === 'delay' ? pause(scheduler, action.ms, over) : Promise.resolve() }
  }

  async #perform(unit: Unit, action: Action): Promise<void> {
    const { over, held, end } = this.#hands
    switch (action.kind) {
      case 'pass':
      case 'delay':
        return this.#write(unit.bytes)
      case 'hold':
        await held.wait(this.#path, over)
        return this.#write(unit.bytes)
      case 'swap':
        await this.#letAnotherBy(action.atMostMs)
        return this.#write(unit.bytes)
      case 'cut':
        await this.#write(unit.bytes.subarray(0, action.after))
        return end(action.ending)
      case 'repeat':
        return this.#repeat(unit)
      case 'drip':
        return this.#drip(unit, action.everyMs)
    }
  }

  /** Behind the last frame of a message that is to arrive twice comes the whole message. */
  async #repeatMessage(unit: Unit): Promise<void> {
    const again = this.#copy?.add(unit)
    if (again !== undefined) await this.#write(again)
    if (this.#copy?.isOver) this.#copy = undefined
  }

  #repeat(unit: Unit): Promise<void> {
    if (unit.kind === 'frame') this.#copy ??= new SecondCopy(unit)
    if (unit.kind === 'request' && !unit.upgrade) this.#hands.again(unit.bytes)
    return this.#write(unit.bytes)
  }

  async #drip(unit: Unit, everyMs: number): Promise<void> {
    const { scheduler, over } = this.#hands
    for (const byte of unit.bytes) {
      await this.#write(Buffer.of(byte))
      await pause(scheduler, everyMs, over)
      if (over.aborted) return
    }
  }

  async #letAnotherBy(atMostMs: number): Promise<void> {
    const done = new AbortController()
    const signal = AbortSignal.any([this.#hands.over, done.signal])
    const another = this.#hands.swapping.wait(this.#path, signal)
    await Promise.race([another, pause(this.#hands.scheduler, atMostMs, signal)])
    done.abort()
  }

  /** Resolves when the bytes are on their way, or never will be. Nothing is written any more once the connection is over. */
  #write(bytes: Buffer): Promise<void> {
    if (this.#hands.over.aborted || bytes.length === 0) return Promise.resolve()
    return new Promise(resolve => this.#out.write(bytes, () => resolve()))
  }
}
