/** Every wait of a connection, by name. Milliseconds. */

/** How long `getToken` and the check of a token may take. Milliseconds. */
export const TOKEN_WAIT_MS = 30_000
/** How long a handshake may take, and then the server's welcome. Milliseconds. */
export const HANDSHAKE_WAIT_MS = 10_000
/** How long after a `ping` the connection is given up (protocol.md §6). Milliseconds. */
export const PONG_WAIT_MS = 10_000
/** The same when the person comes back or the network has changed: they are looking at it. Milliseconds. */
export const RESUME_WAIT_MS = 4_000
/** How often to try although the device says that there is no network: it may be wrong. Milliseconds. */
export const OFFLINE_RETRY_MS = 30_000
/** A session counts as lasting, and the back-off starts over, from this age. Milliseconds. */
export const LASTING_MS = 10_000
/** A new token is fetched so long before the old one expires, or halfway there when that is sooner. Milliseconds. */
export const REFRESH_AHEAD_MS = 30_000
/** The least time between two tries to refresh a token. Milliseconds. */
export const REFRESH_LEAST_MS = 1_000
/** And the wait after a try that brought nothing new. Milliseconds. */
export const REFRESH_AGAIN_MS = 10_000
/** A longer wait than this is taken for this: a server cannot ask for silence without end. Milliseconds. */
export const DRAIN_MOST_MS = 30_000
/** No heartbeat is shorter, whatever the server says. Milliseconds. */
export const HEARTBEAT_LEAST_MS = 1_000
