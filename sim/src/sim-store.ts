import { type LogCommand, type Outcome, type RoomLog, refused, StoreUnavailable } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import type { Ledger } from './ledger.ts'
import { BEGINNING_MS, type SimHost } from './sim-host.ts'
import type { SimRandom } from './sim-random.ts'
import type { SimTime } from './sim-time.ts'
import { type Decided, SimVolume, type VolumeParts } from './sim-volume.ts'
import { StoreTroubles } from './store-troubles.ts'

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
  /** What has been written of it; null: nothing yet. */
  decided: Decided | null
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
  readonly troubles = new StoreTroubles()
  readonly #parts: StoreParts
  readonly #time: SimTime
  readonly #random: SimRandom
  /** Of what befalls commits: it draws without changing how long they take. */
  readonly #luck: SimRandom
  readonly #coverage: Coverage
  readonly #volume: SimVolume
  #turn: Promise<void> = Promise.resolve()
  #underWay: UnderWay | null = null
  /** Written, and left unsynced by a process that has died. */
  #orphan: Decided | null = null
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
    this.troubles.power.shut()
    this.#coverage.saw('power lost')
    this.#cutOffUnderWay()
    const { kept, lost, torn } = this.#volume.losePower(this.#luck)
    this.#coverage.saw('transaction kept though the power was lost', kept)
    this.#coverage.saw('transaction lost with the power', lost)
    this.#coverage.saw('last write torn', torn)
  }

  /** There is power again: what the disk holds whole is what there is. */
  async returnPower(): Promise<void> {
    if (!this.troubles.power.isShut) return
    this.#coverage.saw('torn write cut', await this.#volume.reopen())
    this.troubles.power.open()
  }

  /** A backup that lacks the last `lost` transactions takes the place of what is there. Its rooms' logs have epochs of their own. */
  goBack(lost: number): Promise<void> {
    this.#coverage.saw('transaction that a backup lacked', Math.min(lost, this.changes))
    this.#cutOffUnderWay()
    return this.#volume.goBack(lost)
  }

  /** Changes what is there by hand, while no node runs. */
  async amend(commands: readonly LogCommand[]): Promise<void> {
    await this.#volume.sync(await this.#volume.write(commands, BEGINNING_MS + this.#time.nowMs))
  }

  /** Everything works again. */
  async heal(): Promise<void> {
    this.#ambushes = []
    await this.returnPower()
    this.troubles.heal()
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
        if (this.troubles.lock.isShut) {
          this.#coverage.saw('commit that waited for a lock')
          await this.troubles.lock.passed()
        }
        const ambushes = this.#ambushes.splice(0).map(happen => ({ at: this.#luck.pick(MOMENTS), happen }))
        const state = { decided: null, isCut: false, fails: false }
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
    const { refusal } = this.troubles
    if (refusal !== null) return this.#refuse(commit, refusal)
    if (host.isSkewed) this.#coverage.saw('commit by a wrong clock')
    await this.#takeOver()
    const decided = await this.#volume.write(batch, host.clock.wallMs())
    commit.decided = decided

    await this.#until('synced', syncMs, commit)
    if (commit.isCut) return this.#cutOff(commit)
    if (host.isDead) return this.#abandon(decided)
    if (commit.fails || this.troubles.isFull) return this.#undo(commit, decided)
    await this.#volume.sync(decided)

    await this.#until('answered', answerMs, commit)
    if (commit.isCut) return this.#cutOff(commit)
    if (host.isDead) this.#coverage.saw('commit that its node never heard of')
    if (this.troubles.way.isShut) this.#coverage.saw('commit answered when its store was back')
    void this.troubles.way.passed().then(() => commit.answer(decided.outcomes))
  }

  /** Lets time pass up to a moment of a commit, with all that happens meanwhile. */
  async #until(moment: Moment, ms: number, { host, ambushes }: UnderWay): Promise<void> {
    const due = ambushes.filter(({ at }) => at === moment)
    if (due.length > 0) await this.#time.wait(ms / 2)
    for (const { happen } of due) happen(host)
    await this.#time.wait(due.length > 0 ? ms / 2 : ms)
  }

  #refuse({ batch, answer }: UnderWay, why: string): void {
    this.#coverage.saw(`commit refused: the store was ${why}`)
    answer(batch.map(away))
  }

  /** The link to it is gone in the middle of the commit: it is read back before it is answered. */
  #cutOff({ batch, answer, decided }: UnderWay): void {
    void this.troubles.power.passed().then(async () => {
      await this.troubles.way.passed()
      const outcomes = decided !== null && this.#volume.holds(decided) ? decided.outcomes : null
      this.#coverage.saw(outcomes !== null ? 'ambiguous commit that was written' : 'ambiguous commit that was not')
      answer(outcomes ?? batch.map(away))
    })
  }

  async #undo(commit: UnderWay, decided: Decided): Promise<void> {
    await this.#volume.takeBack(decided)
    this.#refuse(commit, 'unable to sync')
  }

  /** It is nobody's now, until somebody opens what it is in. */
  #abandon(decided: Decided): void {
    this.#coverage.saw('commit that its node never heard of')
    this.#orphan = decided
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
    if (this.troubles.isOutOfReach) {
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
