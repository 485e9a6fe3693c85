import { type LogCommand, type Outcome, type RoomLog, refused, StoreUnavailable } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import type { Ledger } from './ledger.ts'
import type { Written } from './sim-disk.ts'
import { SimGate } from './sim-gate.ts'
import { BEGINNING_MS, type SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'
import { SimVolume, type VolumeParts } from './sim-volume.ts'

/** How slow the store is, in milliseconds. */
export interface StoreManner {
  readonly readMs: number
  readonly commitMs: number
}

/** What a store is made of. */
export interface StoreParts extends VolumeParts {
  readonly time: SimTime
  readonly coverage: Coverage
  readonly manner: StoreManner
  /** A node has read something, and this is what it was told. */
  readonly onRead: (host: SimHost, name: string | symbol, request: readonly unknown[], answer: unknown) => void
}

/** Told whose commit it is. */
type Ambush = (host: SimHost) => void

/** A commit that has begun. */
interface UnderWay {
  readonly host: SimHost
  readonly batch: readonly LogCommand[]
  readonly answer: (outcomes: readonly Outcome[]) => void
  /** What happens in the middle of it, and before which of its moments. */
  readonly ambushes: readonly { readonly at: Moment; readonly happen: Ambush }[]
  /** What has been written of it, and what was decided; null: nothing yet. */
  written: Written | null
  outcomes: readonly Outcome[]
  /** The power was lost, or a backup took the store's place, before it was answered. */
  isCut: boolean
  /** What is written of it cannot be synced. */
  fails: boolean
}

/** What a commit comes to, in this order. */
const MOMENTS = ['written', 'synced', 'answered'] as const
type Moment = (typeof MOMENTS)[number]

/**
 * The store of a simulated world, one for all nodes. A commit is decided and written; then synced, and there for readers from then on;
 * then answered. Between any two of these whatever there is in the world may happen: its node dies, the power goes, the sync fails. What
 * was written and not synced outlives the process that wrote it, but not the power: then it is there, or gone, or half there.
 */
export class SimStore {
  /** What is durable, for whoever is told of anything. */
  readonly ledger: Ledger
  readonly #parts: StoreParts
  readonly #time: SimTime
  readonly #random: SimRandom
  /** Of what befalls commits: it draws without changing how long they take. */
  readonly #luck: SimRandom
  readonly #coverage: Coverage
  readonly #volume: SimVolume
  readonly #power = new SimGate()
  readonly #lock = new SimGate()
  readonly #way = new SimGate()
  #isFull = false
  #turn: Promise<void> = Promise.resolve()
  #underWay: UnderWay | null = null
  /** Written, and left unsynced by a process that has died. */
  #orphan: Written | null = null
  #ambushes: Ambush[] = []

  constructor(parts: StoreParts) {
    this.#parts = parts
    this.#time = parts.time
    this.#random = parts.random
    this.#luck = parts.random.fork('luck')
    this.#coverage = parts.coverage
    this.#volume = new SimVolume(parts)
    this.ledger = parts.ledger
  }

  /** What the log holds, for whoever checks the world: no delay, no fault. */
  get truth(): RoomLog {
    return this.#volume.shown
  }

  /** Transactions that a backup could have taken place before: all but those that made the rooms. */
  get changes(): number {
    return this.#volume.changes
  }

  /** Makes a room, before the world begins. */
  create(command: LogCommand): Promise<void> {
    return this.#volume.create(command)
  }

  /** The store as one node reaches it. */
  of(host: SimHost): RoomLog {
    return new Proxy(this.truth, {
      get: (_, name) => {
        if (name === 'commit') return (batch: readonly LogCommand[]) => this.#commit(host, batch)
        if (name === 'close') return async () => {}
        if (typeof Reflect.get(this.truth, name) !== 'function') return undefined
        return (...request: unknown[]) => this.#read(host, name, request)
      },
    })
  }

  /** Others have it for themselves: what would be written waits, what is there can be read. */
  lock(): void {
    this.#lock.shut()
  }

  unlock(): void {
    this.#lock.open()
  }

  /** No node reaches it: nothing can be read or written, and of what is written already nobody hears until `comeBack`. */
  goAway(): void {
    this.#way.shut()
  }

  comeBack(): void {
    this.#way.open()
  }

  /** Nothing more can be written, or something can again. */
  fill(isFull: boolean): void {
    this.#isFull = isFull
  }

  /** Has something happen in the middle of the next commit: before it is written, synced or answered. */
  ambush(happen: Ambush): void {
    this.#ambushes.push(happen)
  }

  /** What is being written now cannot be synced. */
  failSync(): void {
    if (this.#underWay !== null) this.#underWay.fails = true
  }

  /** The machine of the store has no power until `returnPower`. */
  losePower(): void {
    this.#power.shut()
    this.#coverage.saw('power lost')
    this.#cutOffUnderWay()
    const { kept, lost, torn } = this.#volume.losePower(this.#luck)
    this.#coverage.saw('transaction kept though the power was lost', kept)
    this.#coverage.saw('transaction lost with the power', lost)
    this.#coverage.saw('last write torn', torn)
  }

  /** There is power again: what the disk holds whole is what there is. */
  async returnPower(): Promise<void> {
    if (!this.#power.isShut) return
    this.#coverage.saw('torn write cut', await this.#volume.reopen())
    this.#power.open()
  }

  /** A backup that lacks the last `lost` transactions takes the place of what is there. Its rooms' logs have epochs of their own. */
  goBack(lost: number): Promise<void> {
    this.#coverage.saw('transaction that a backup lacked', Math.min(lost, this.changes))
    this.#cutOffUnderWay()
    return this.#volume.goBack(lost)
  }

  /** Changes what is there by hand, while no node runs. */
  async amend(commands: readonly LogCommand[]): Promise<void> {
    const { written } = await this.#volume.write(commands, BEGINNING_MS + this.#time.nowMs)
    await this.#volume.sync(written)
  }

  /** Everything works again. */
  async heal(): Promise<void> {
    this.#isFull = false
    this.#ambushes = []
    await this.returnPower()
    this.comeBack()
    this.unlock()
  }

  #cutOffUnderWay(): void {
    if (this.#underWay !== null) this.#underWay.isCut = true
    this.#orphan = null
  }

  /** Commits of all nodes come one after the other. */
  #commit(host: SimHost, batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    return new Promise(resolve => {
      const answer = (outcomes: readonly Outcome[]) => host.run(() => resolve(outcomes))
      this.#turn = this.#turn.then(async () => {
        if (this.#lock.isShut) {
          this.#coverage.saw('commit that waited for a lock')
          await this.#lock.passed()
        }
        const ambushes = this.#ambushes.splice(0).map(happen => ({ at: this.#luck.pick(MOMENTS), happen }))
        const state = { written: null, outcomes: [], isCut: false, fails: false }
        this.#underWay = { host, batch, answer, ambushes, ...state }
        await this.#write(this.#underWay)
        this.#underWay = null
      })
    })
  }

  async #write(commit: UnderWay): Promise<void> {
    const { host, batch } = commit
    const tookMs = this.#random.exponential(this.#parts.manner.commitMs)
    const parts = [this.#luck.fraction(), this.#luck.fraction(), this.#luck.fraction()]
    const whole = parts.reduce((sum, part) => sum + part, 0)
    const [writeMs = 0, syncMs = 0, answerMs = 0] = parts.map(part => (tookMs * part) / whole)

    await this.#until('written', writeMs, commit)
    if (commit.isCut) return this.#cutOff(commit)
    if (host.isDead) return this.#coverage.saw('commit lost with its node')
    const refusal = this.#refusal
    if (refusal !== null) return this.#refuse(commit, refusal)
    if (host.isSkewed) this.#coverage.saw('commit by a wrong clock')
    await this.#takeOver()
    const decided = await this.#volume.write(batch, host.clock.wallMs())
    Object.assign(commit, decided)

    await this.#until('synced', syncMs, commit)
    if (commit.isCut) return this.#cutOff(commit)
    if (host.isDead) return this.#abandon(decided.written)
    if (commit.fails || this.#isFull) return this.#undo(commit, decided.written)
    await this.#volume.sync(decided.written)

    await this.#until('answered', answerMs, commit)
    if (commit.isCut) return this.#cutOff(commit)
    if (host.isDead) this.#coverage.saw('commit that its node never heard of')
    if (this.#way.isShut) this.#coverage.saw('commit answered when its store was back')
    void this.#way.passed().then(() => commit.answer(decided.outcomes))
  }

  /** Lets time pass up to a moment of a commit, with all that happens meanwhile. */
  async #until(moment: Moment, ms: number, { host, ambushes }: UnderWay): Promise<void> {
    const due = ambushes.filter(({ at }) => at === moment)
    if (due.length > 0) await this.#time.wait(ms / 2)
    for (const { happen } of due) happen(host)
    await this.#time.wait(due.length > 0 ? ms / 2 : ms)
  }

  /** Why nothing can be written; null: it can. */
  get #refusal(): string | null {
    if (this.#power.isShut) return 'without power'
    if (this.#way.isShut) return 'away'
    return this.#isFull ? 'full' : null
  }

  #refuse({ batch, answer }: UnderWay, why: string): void {
    this.#coverage.saw(`commit refused: the store was ${why}`)
    answer(batch.map(away))
  }

  /** The link to it is gone in the middle of the commit: it is read back before it is answered. */
  #cutOff({ batch, answer, written, outcomes }: UnderWay): void {
    void this.#power.passed().then(async () => {
      await this.#way.passed()
      const isThere = written !== null && this.#volume.holds(written)
      this.#coverage.saw(isThere ? 'ambiguous commit that was written' : 'ambiguous commit that was not')
      answer(isThere ? outcomes : batch.map(away))
    })
  }

  async #undo(commit: UnderWay, written: Written): Promise<void> {
    await this.#volume.takeBack(written)
    this.#refuse(commit, 'unable to sync')
  }

  /** It is nobody's now, until somebody opens what it is in. */
  #abandon(written: Written): void {
    this.#coverage.saw('commit that its node never heard of')
    this.#orphan = written
  }

  /** What a process that died has left unsynced is made durable before anything is answered by it. */
  async #takeOver(): Promise<void> {
    const orphan = this.#orphan
    if (orphan === null) return
    this.#orphan = null
    this.#coverage.saw('unsynced transaction kept by a mere kill')
    await this.#volume.sync(orphan)
  }

  async #read(host: SimHost, name: string | symbol, request: readonly unknown[]): Promise<unknown> {
    await this.#time.wait(this.#random.exponential(this.#parts.manner.readMs))
    if (host.isDead) return new Promise(() => {})
    if (this.#power.isShut || this.#way.isShut) {
      this.#coverage.saw('read refused by the store')
      throw new StoreUnavailable('read', 'the store is away')
    }
    await this.#takeOver()
    this.#volume.readAt(() => host.clock.wallMs())
    const log = this.truth
    const answer: unknown = await Reflect.apply(Reflect.get(log, name), log, request)
    this.#parts.onRead(host, name, request, answer)
    return new Promise(resolve => host.run(() => resolve(answer)))
  }
}

function away(): Outcome {
  return refused('unavailable', 'unable to write; the store cannot commit now')
}
