/** The WebSocket close codes of the contract, by name. */
export const CLOSE = {
  goingAway: 1001,
  unsupportedData: 1003,
  messageTooBig: 1009,
  internalError: 1011,
  draining: 4001,
  tokenExpired: 4005,
  tooSlow: 4008,
  silent: 4012,
  tooManyFrames: 4029,
  badFrame: 4500,
  unauthorized: 4501,
  revoked: 4503,
  unsupportedProtocol: 4505,
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
  return code === CLOSE.tokenExpired || code === CLOSE.unauthorized
}
