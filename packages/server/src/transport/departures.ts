import type { Duplex } from 'node:stream'
import type { Scheduler } from '../platform/clock.ts'
import { Turns } from '../platform/turns.ts'

/**
 * What is told of departures before everything else has its turn: that a socket has ended, and that it is gone, so that 64 that end leave in a turn, and 128
 * that are reset. From the first to the last trace of the session it takes some 40 µs, so that a turn takes up to 5 ms.
 */
export const DEPARTURES_A_TURN = 128

const EVENTS = ['end', 'close'] as const

/** What somebody does when a socket has ended or is gone. */
type Listener = (this: Duplex, ...args: unknown[]) => void

/**
 * Lets lost connections go so many in a turn. When a network or a proxy goes away, the kernel tells of thousands of them at once, and each sets off the end of
 * its WebSocket, of its session and of what that had open.
 *
 * It is `ws` that hears of it later, and everybody else from `ws`: to a session it is as if the news had come later. What is sent meanwhile to a socket that was
 * reset is lost, as what is on its way is.
 */
export class Departures {
  readonly #turns: Turns
  /** What stands for a listener. `ws` has the same few for all of its sockets: an idle connection then holds nothing for it. */
  readonly #standIns = new WeakMap<Listener, Listener>()

  constructor(scheduler: Scheduler) {
    this.#turns = new Turns(scheduler, DEPARTURES_A_TURN)
  }

  /** Runs `attach`: whom it makes listen for the socket's end, or for that it is gone, hears of it in a turn. */
  pace(socket: Duplex, attach: () => void): void {
    const before = EVENTS.map(event => new Set(socket.rawListeners(event)))
    attach()
    for (const [i, event] of EVENTS.entries()) {
      for (const listener of socket.rawListeners(event) as Listener[]) {
        if (before[i]?.has(listener)) continue
        socket.off(event, listener)
        socket.on(event, this.#standInFor(listener))
      }
    }
  }

  #standInFor(listener: Listener): Listener {
    let standIn = this.#standIns.get(listener)
    if (standIn === undefined) {
      const turns = this.#turns
      standIn = function (...args) {
        turns.take(() => Reflect.apply(listener, this, args))
      }
      this.#standIns.set(listener, standIn)
    }
    return standIn
  }
}
