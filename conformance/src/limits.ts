/**
 * How long the suite waits for something the contract promises without a time, in milliseconds.
 * Generous on purpose: it bounds a hang, it measures nothing.
 */
export const WAIT_MS = 15_000

/** How long a server may take to print its `listening on` line. */
export const START_MS = 60_000

/** Protocol §6: a node exits within 30 s of SIGTERM. */
export const DRAIN_MS = 30_000

/** Frames per `POST /api/commands` request when the suite fills a room: small enough for any body limit. */
export const BATCH = 50
