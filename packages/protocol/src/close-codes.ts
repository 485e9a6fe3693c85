// Those that a client tells from others stand apart, so that it ships only them.
export const CLOSE_TOKEN_EXPIRED = 4005
export const CLOSE_BAD_FRAME = 4500
export const CLOSE_UNAUTHORIZED = 4501
export const CLOSE_REVOKED = 4503
export const CLOSE_UNSUPPORTED_PROTOCOL = 4505

/** The WebSocket close codes of the contract, by name. */
export const CLOSE = {
  goingAway: 1001,
  unsupportedData: 1003,
  messageTooBig: 1009,
  internalError: 1011,
  draining: 4001,
  tokenExpired: CLOSE_TOKEN_EXPIRED,
  tooSlow: 4008,
  silent: 4012,
  tooManyFrames: 4029,
  badFrame: CLOSE_BAD_FRAME,
  unauthorized: CLOSE_UNAUTHORIZED,
  revoked: CLOSE_REVOKED,
  unsupportedProtocol: CLOSE_UNSUPPORTED_PROTOCOL,
} as const

/** A close code that this protocol gives a meaning. */
export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE]

/**
 * Whether a client whose socket closed with `code` may connect again by itself.
 *
 * The ranges decide, so that an old client treats a code invented later rightly: 4500–4999 is terminal until something
 * changes (another token, another version), everything else is worth another try with back-off.
 */
export function shouldReconnect(code: number): boolean {
  return code < 4500 || code > 4999
}

/** Whether the client should get a new token before it connects again. */
export function needsNewToken(code: number): boolean {
  return code === CLOSE_TOKEN_EXPIRED || code === CLOSE_UNAUTHORIZED
}
