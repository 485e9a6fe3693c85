/**
 * How a connection ends for both of its ends: `reset` (RST: what was under way may be lost), `finish` (FIN: what was sent
 * arrives, and nothing more), `silence` (half-open: nothing passes any more, in either direction, and nobody is told; one
 * end that closes leaves the other in the belief that it is connected).
 */
export type Ending = 'reset' | 'finish' | 'silence'

/** What is done with one unit. What comes behind it in its direction comes behind it still: TCP keeps order. */
export type Action =
  /** It goes on as it came. */
  | { readonly kind: 'pass' }
  /** It goes on `ms` milliseconds after it came, or later when something before it takes longer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** It goes on when the proxy is told to release it. */
  | { readonly kind: 'hold' }
  /**
   * It goes on behind the next request or frame of another connection in its direction, or after `atMostMs` milliseconds.
   * Up: once something came back on that connection, as a sign that the server has it.
   */
  | { readonly kind: 'swap'; readonly atMostMs: number }
  /** Its first `after` bytes go on (all when it has fewer), then the connection ends. */
  | { readonly kind: 'cut'; readonly after: number; readonly ending: Ending }
  /**
   * It arrives twice. A message of a socket comes again right behind itself, a client's under another mask; a request
   * comes again at the same time over a connection of its own, and that answer is lost. Other units just pass.
   */
  | { readonly kind: 'repeat' }
  /** It goes on one byte at a time, `everyMs` milliseconds apart. */
  | { readonly kind: 'drip'; readonly everyMs: number }

export const pass: Action = { kind: 'pass' }
export const hold: Action = { kind: 'hold' }
export const repeat: Action = { kind: 'repeat' }

export function delay(ms: number): Action {
  return { kind: 'delay', ms }
}

export function swap(atMostMs: number): Action {
  return { kind: 'swap', atMostMs }
}

export function cutAfterByte(after: number, ending: Ending = 'reset'): Action {
  return { kind: 'cut', after, ending }
}

export function drip(everyMs: number): Action {
  return { kind: 'drip', everyMs }
}

/** Nothing of it arrives, and the connection ends: for an answer, what was asked is done and the asker is not told. */
export function lose(ending: Ending = 'reset'): Action {
  return cutAfterByte(0, ending)
}
