import type { Outgoing } from '../dialects/dialect.ts'
import { Latencies } from '../generator/latencies.ts'

/** One writer's turn. */
interface Lane {
  readonly writer: number
  readonly roomIds: readonly string[]
  /** The message on its way, and since when. */
  n: number
  sentAt: number
  turns: number
}

/** What every message says: as long as people write to one another. It holds no mark. */
export function contentOf(n: number): string {
  return `message ${n}, of about the length that people write to one another`
}

/** A writer sends the next message when the last one is acknowledged, in its rooms in turn. */
export class ClosedLoop {
  readonly #lanes: readonly Lane[]
  /** By the message's number, from the first one on. */
  readonly #laneOf: Lane[] = []
  readonly #first: number
  readonly #sent = new Map<string, number[]>()
  readonly drained: Promise<void>
  #drain: () => void = () => undefined
  #send: (writer: number, message: Outgoing) => void = () => undefined
  #inFlight = 0
  #counted = 0
  #isEnded = false
  latencies = new Latencies()

  /** The rooms of each writer, and the number of the first message. */
  constructor(roomsOf: readonly (readonly string[])[], first = 0) {
    this.#first = first
    this.#lanes = roomsOf.map((roomIds, writer) => ({ writer, roomIds, n: -1, sentAt: 0, turns: 0 }))
    this.drained = new Promise(resolve => {
      this.#drain = resolve
    })
  }

  begin(send: (writer: number, message: Outgoing) => void): void {
    this.#send = send
    for (const lane of this.#lanes) this.#turn(lane)
  }

  /** What is acknowledged from now on counts. */
  measure(): void {
    this.latencies = new Latencies()
    this.#counted = 0
  }

  /** Nothing more is sent, and `drained` resolves with the last acknowledgement. Gives how many there were since `measure`. */
  end(): number {
    this.#isEnded = true
    return this.#counted
  }

  /** All that was sent to a room. Once drained, all of it is acknowledged. */
  sentTo(roomId: string): readonly number[] {
    return this.#sent.get(roomId) ?? []
  }

  /** @throws Error when this message is not the one that its writer waits for. */
  acknowledged(n: number): void {
    const lane = this.#laneOf[n - this.#first]
    if (lane?.n !== n) throw new Error(`the audit failed: message ${n} is acknowledged out of turn`)
    lane.n = -1
    this.#inFlight--
    if (this.#isEnded) {
      if (this.#inFlight === 0) this.#drain()
      return
    }
    this.#counted++
    this.latencies.note(performance.now() - lane.sentAt)
    this.#turn(lane)
  }

  #turn(lane: Lane): void {
    const n = this.#first + this.#laneOf.length
    const roomId = lane.roomIds[lane.turns++ % lane.roomIds.length] ?? ''
    this.#laneOf.push(lane)
    const sent = this.#sent.get(roomId)
    if (sent === undefined) this.#sent.set(roomId, [n])
    else sent.push(n)
    lane.n = n
    lane.sentAt = performance.now()
    this.#inFlight++
    this.#send(lane.writer, { n, roomId, content: contentOf(n) })
  }
}
