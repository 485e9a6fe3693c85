import type { Admission, Cursor, Dialect } from '../dialects/dialect.ts'
import { inLanes } from '../dialects/http-api.ts'
import { Reader, type ReaderOptions } from './reader.ts'
import { Writer } from './writer.ts'

/** Connections that are opened at once, where nothing else is wanted. */
const LANES = 100

/** A reader that is wanted. */
export interface ReaderPlan extends Pick<ReaderOptions, 'attention'> {
  readonly userId: string
  readonly roomIds: readonly string[]
  readonly from?: Cursor
  /** When it has been made before. */
  readonly admission?: Admission
}

/** What readers tell of, and how they are opened. */
export interface ReadingOptions extends Pick<ReaderOptions, 'onProgress' | 'onMessage'> {
  readonly lanes?: number
  readonly onOpened?: (reader: Reader, i: number) => void
  readonly onOther?: (payload: Buffer, i: number) => void
}

/** All connections of a run. The first thing that goes wrong on any of them ends the run. */
export class Crew {
  readonly #dialect: Dialect
  readonly #failed: Promise<never>
  readonly #members = new Set<{ close(): void }>()
  #fail: (error: Error) => void = () => undefined

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#failed = new Promise((_resolve, reject) => {
      this.#fail = reject
    })
    this.#failed.catch(() => undefined)
  }

  /** The promise's outcome, or what went wrong meanwhile. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#failed])
  }

  /** Opens the readers, so many at a time; resolves when all are live, in the order of the plans. */
  async read(plans: readonly ReaderPlan[], options: ReadingOptions = {}): Promise<Reader[]> {
    const { lanes = LANES, onOpened, onOther, ...hooks } = options
    const readers: Reader[] = []
    const open = async ([i, plan]: readonly [number, ReaderPlan]) => {
      const { upgrade, converse } = plan.admission ?? (await this.#dialect.admit(plan.userId))
      const reader = new Reader(this.#dialect, upgrade, converse(plan.roomIds, plan.from), {
        ...hooks,
        attention: plan.attention,
        onOther: payload => onOther?.(payload, i),
        onFailure: this.#fail,
      })
      this.#members.add(reader)
      readers[i] = reader
      await reader.opened
      onOpened?.(reader, i)
    }
    await this.guard(inLanes([...plans.entries()], lanes, open))
    return readers
  }

  /** Opens a writer for each of these people. */
  async write(userIds: readonly string[], onAck: (n: number) => void): Promise<Writer[]> {
    const writers: Writer[] = []
    const open = async ([i, userId]: readonly [number, string]) => {
      const writer = new Writer(this.#dialect, await this.#dialect.admit(userId), { onAck, onFailure: this.#fail })
      this.#members.add(writer)
      writers[i] = writer
      await writer.opened
    }
    await this.guard(inLanes([...userIds.entries()], LANES, open))
    return writers
  }

  close(): void {
    for (const member of this.#members) member.close()
  }
}
