/**
 * The wire protocol's version, sent as `protocol` in `session.hello`. A server that does not speak it closes with 4505.
 *
 * History, one line a version:
 * - 1: the first contract.
 */
export const PROTOCOL_VERSION = 1

/** The WebSocket subprotocol that the server answers when a client offers it beside `bearer.<jwt>`. */
export const SUBPROTOCOL = 'holdfast.v1'

/** What stands before the token in the second offered WebSocket subprotocol. */
export const BEARER_SUBPROTOCOL_PREFIX = 'bearer.'
