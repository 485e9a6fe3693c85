import type { Socket } from 'node:net'
import type { Ending } from './action.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { withoutExtensions } from './http-head.ts'
import { HttpSplitter } from './http-splitter.ts'
import { Lane, type LaneHands } from './lane.ts'
import type { Direction, RequestUnit, Splitter, Unit } from './unit.ts'

/** What waits in one direction before its sender is read no further, in bytes. */
const MAX_WAITING_BYTES = 4_194_304

/** Requests under way on one connection before its client is read no further. */
const MAX_UNANSWERED = 1000

/** What a link leaves to its proxy. */
export type LinkHands = Omit<LaneHands, 'over' | 'end' | 'left'> & {
  /** Both of its sockets are closed. */
  readonly gone: (link: Link) => void
}

/** One connection through the proxy: a client's socket, the server's, and what goes between them both ways. */
export class Link {
  readonly connection: number
  readonly #sockets: Readonly<Record<Direction, Socket>>
  readonly #lanes: Readonly<Record<Direction, Lane>>
  readonly #hands: LinkHands
  readonly #over = new AbortController()
  readonly #requests = HttpSplitter.requests()
  readonly #answers = HttpSplitter.answers(status => this.#methodFor(status))
  readonly #splitters: Record<Direction, Splitter> = { up: this.#requests, down: this.#answers }
  /** The methods of the requests that are not answered. */
  readonly #methods: string[] = []
  #asked = 0
  #answered = 0
  /** Which request, counted from 1, asks for a WebSocket; nothing is read as a request behind it. */
  #upgrade: number | undefined
  /** Something went up, and nothing came since. What the server answers has reached it: only then another follows. */
  #unanswered = false
  #ending: Ending | undefined

  /** @param client where `up` comes from @param server where `down` comes from */
  constructor(connection: number, client: Socket, server: Socket, hands: LinkHands) {
    this.connection = connection
    this.#sockets = { up: client, down: server }
    this.#hands = hands
    const lane = (direction: Direction, out: Socket) => {
      const left = (unit: Unit) => this.#left(direction, unit)
      return new Lane({ connection, direction }, out, {
        ...hands,
        over: this.#over.signal,
        end: ending => this.end(ending),
        left,
      })
    }
    this.#lanes = { up: lane('up', server), down: lane('down', client) }
    this.#listen('up')
    this.#listen('down')
  }

  /** Ends the connection for both ends. What was not on its way yet is lost. */
  end(ending: Ending): void {
    if (this.#over.signal.aborted) return
    this.#ending = ending
    this.#over.abort()
    for (const socket of Object.values(this.#sockets)) {
      if (ending === 'reset') socket.resetAndDestroy()
      else if (ending === 'finish') socket.end()
      socket.resume()
    }
  }

  /** Gives both sockets up, also those of a connection that ended in silence. */
  destroy(): void {
    this.#over.abort()
    for (const socket of Object.values(this.#sockets)) socket.destroy()
  }

  #listen(direction: Direction): void {
    const socket = this.#sockets[direction]
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(direction, chunk))
    socket.on('end', () => this.#ended(direction))
    socket.on('error', () => this.end('reset'))
    socket.on('close', () => {
      if (Object.values(this.#sockets).every(one => one.closed)) this.#hands.gone(this)
    })
  }

  #take(direction: Direction, chunk: Buffer): void {
    if (this.#over.signal.aborted) return
    const units = this.#splitters[direction].push(chunk)
    this.#forward(direction, units)
    this.#regulate()
  }

  #forward(direction: Direction, units: readonly Unit[]): void {
    for (const unit of units) {
      if (direction === 'down' && this.#unanswered) this.#letOthersBy('up')
      this.#lanes[direction].push([unit.kind === 'request' ? this.#ask(unit) : unit])
      if (unit.kind === 'answer') this.#answer(unit.status)
    }
  }

  #ask(unit: RequestUnit): Unit {
    this.#methods.push(unit.method)
    this.#asked += 1
    if (!unit.upgrade) return unit
    this.#upgrade = this.#asked
    return { ...unit, bytes: withoutExtensions(unit.bytes) }
  }

  /** What comes behind an upgrade is frames once it is accepted, and requests when it is refused. */
  #answer(status: number): void {
    if (isInterim(status)) return
    this.#answered += 1
    if (this.#answered !== this.#upgrade) return
    this.#upgrade = undefined
    if (status === 101) this.#changeToFrames()
    else this.#forward('up', this.#requests.resume())
  }

  #changeToFrames(): void {
    for (const [direction, before] of [['up', this.#requests] as const, ['down', this.#answers] as const]) {
      const frames = new FrameSplitter()
      this.#splitters[direction] = frames
      this.#forward(direction, frames.push(before.rest()))
    }
  }

  #methodFor(status: number): string {
    return (isInterim(status) ? this.#methods[0] : this.#methods.shift()) ?? ''
  }

  #ended(direction: Direction): void {
    if (this.#ending === 'silence') this.#sockets[direction].destroy()
    if (this.#over.signal.aborted) return
    const bytes = this.#splitters[direction].rest()
    if (bytes.length > 0) this.#lanes[direction].push([{ kind: 'part', bytes }])
    this.#lanes[direction].finish()
  }

  #left(direction: Direction, unit: Unit): void {
    this.#regulate()
    if (unit.kind !== 'request' && unit.kind !== 'frame') return
    if (direction === 'up') this.#unanswered = true
    else this.#letOthersBy('down')
  }

  /** What waits to change places with something of this connection goes on. */
  #letOthersBy(direction: Direction): void {
    if (direction === 'up') this.#unanswered = false
    this.#hands.swapping.release(path => path.direction === direction && path.connection !== this.connection)
  }

  /** Reads on where there is room, and stops reading where there is none. */
  #regulate(): void {
    if (this.#over.signal.aborted) return
    const { up, down } = this.#lanes
    regulate(this.#sockets.up, up.bytes > MAX_WAITING_BYTES || this.#methods.length > MAX_UNANSWERED)
    regulate(this.#sockets.down, down.bytes > MAX_WAITING_BYTES)
  }
}

/** An answer that is followed by the one that counts. */
function isInterim(status: number): boolean {
  return status < 200 && status !== 101
}

function regulate(socket: Socket, isFull: boolean): void {
  if (isFull && !socket.isPaused()) socket.pause()
  if (!isFull && socket.isPaused()) socket.resume()
}
