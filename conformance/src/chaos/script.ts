import { Random } from '../random.ts'
import { type Action, cutAfterByte, delay, drip, type Ending, lose, pass, repeat, swap } from './action.ts'
import type { Path } from './gate.ts'
import type { Unit } from './unit.ts'

/** A unit, and where it is. */
export interface Place extends Path {
  readonly unit: Unit
  /** How many units came before it in its direction of its connection. */
  readonly index: number
  /** How many of its kind did: the first frame is frame 0, whatever requests and control frames came before. */
  readonly nth: number
  /** Bytes that came before it in its direction of its connection. */
  readonly offset: number
}

/** Decides what is done with each unit. Pure: the same place gets the same action, so that a run can be repeated. */
export type Script = (place: Place) => Action

/** Does nothing. */
export const calm: Script = () => pass

/** Ends each connection behind the byte with this number, from 0, of that direction; the upgrade's own bytes count. */
export function cutStreamAt(direction: Path['direction'], byte: number, ending: Ending = 'reset'): Script {
  return place => {
    const within = byte - place.offset
    const here = place.direction === direction && within >= 0 && within < place.unit.bytes.length
    return here ? cutAfterByte(within, ending) : pass
  }
}

/** How often what happens to a unit, each a chance from 0 to 1 (default 0), and how long all take. */
export interface Odds {
  /** The connection ends behind some byte of the unit, by RST or FIN. */
  readonly cut?: number
  /** The same, and nobody is told. */
  readonly silence?: number
  /** An HTTP answer is lost with its connection. */
  readonly lose?: number
  /** A message or request that goes up arrives twice. */
  readonly repeat?: number
  /** It changes places with the next one of another connection. */
  readonly swap?: number
  /** It comes byte by byte. */
  readonly drip?: number
  /** Every unit that nothing else happens to takes as long, drawn evenly. Default: no time. */
  readonly delayMs?: { readonly from: number; readonly to: number }
}

/** A swap waits so long for another unit, in milliseconds. */
const SWAP_MS = 100

/** Longer units do not drip: their bytes, one a millisecond, would take too long. */
const DRIP_BYTES = 1500

/** Draws an action for each unit by its place: what happens on one connection does not depend on what others carry. */
export function seeded(seed: number, odds: Odds): Script {
  return place => {
    const random = new Random(seedOf(seed, place))
    if (random.hits(odds.cut ?? 0)) return cutAfterByte(within(random, place), random.hits(0.5) ? 'reset' : 'finish')
    if (random.hits(odds.silence ?? 0)) return cutAfterByte(within(random, place), 'silence')
    if (place.unit.kind === 'answer' && random.hits(odds.lose ?? 0)) return lose()
    if (place.direction === 'up' && random.hits(odds.repeat ?? 0)) return repeat
    if (random.hits(odds.swap ?? 0)) return swap(SWAP_MS)
    if (place.unit.bytes.length <= DRIP_BYTES && random.hits(odds.drip ?? 0)) return drip(1)
    const { from, to } = odds.delayMs ?? { from: 0, to: 0 }
    return to === 0 ? pass : delay(from + random.int(to - from + 1))
  }
}

/** Somewhere in the unit, before its first byte and behind its last one included. */
function within(random: Random, place: Place): number {
  return random.int(place.unit.bytes.length + 1)
}

/** FNV-1a over what names the place. */
function seedOf(seed: number, { connection, direction, index }: Place): number {
  return [seed, connection, direction === 'up' ? 1 : 2, index].reduce(
    (hash, part) => Math.imul(hash ^ part, 0x01000193),
    0x811c9dc5 | 0,
  )
}
