import type { BusMessage } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import type { SimHost } from './sim-host.ts'

/** Reads of a room that tell how far its log has come. */
const TELLS_THE_HEAD: ReadonlySet<string | symbol> = new Set(['head', 'open', 'visit', 'access'])

/** Knows of the hints that were lost, to tell who has found out what was in them. */
export class HintWatch {
  readonly #coverage: Coverage
  /** Which node has lost the latest hint of a room, and has heard none since. */
  readonly #lost = new Set<string>()
  /** What a node has last asked of the head of a room. */
  readonly #asked = new Map<string, string | symbol>()

  constructor(coverage: Coverage) {
    this.#coverage = coverage
  }

  lost(node: SimHost, message: BusMessage): void {
    this.#coverage.saw('hint lost')
    if (message.kind === 'events') this.#lost.add(`${node.name} ${message.roomId}`)
  }

  /** `isAgain`: it was heard before. */
  heard(node: SimHost, message: BusMessage, isAgain: boolean): void {
    if (isAgain) this.#coverage.saw('hint that came twice')
    if (message.kind === 'events') this.#lost.delete(`${node.name} ${message.roomId}`)
  }

  /** A node has read of the store. */
  read(node: SimHost, name: string | symbol, [request]: readonly unknown[], answer: unknown): void {
    // Of all that can be asked these alone name the room first, or in what they ask.
    const roomId = typeof request === 'string' ? request : Object(request).roomId
    const place = `${node.name} ${String(roomId)}`
    if (TELLS_THE_HEAD.has(name)) this.#asked.set(place, name)
    if (name !== 'events' || !Array.isArray(answer) || answer.length === 0) return
    this.#coverage.saw('hole filled from the log')
    if (node.isThread) this.#coverage.saw('hole filled from the log by a gateway')
    if (this.#lost.delete(place) && this.#asked.get(place) === 'head')
      this.#coverage.saw('head check that found what a lost hint had hidden')
  }
}
