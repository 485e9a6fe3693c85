import { constants, deflateRawSync } from 'node:zlib'

/** A shorter text is sent as it is: what it saves is less than one packet. Bytes. */
const DEFLATE_FROM_BYTES = 1_024
/** Beyond the third level a frame of events takes three times as long and becomes a fifth smaller. */
const LEVEL = 3
/** Every message ends so, and the peer puts it there again (RFC 7692 §7.2.1). */
const TAIL_BYTES = 4

/**
 * The payload of a message under permessage-deflate without context takeover (RFC 7692 §7.2.1): it needs nothing that was sent before, so
 * that the same bytes are right for every connection. Null when it is not worth it.
 *
 * It is made at once and holds up the thread: for 100 KB that is less than writing them to ten sockets.
 */
export function deflated(payload: Buffer): Buffer | null {
  if (payload.length < DEFLATE_FROM_BYTES) return null
  const bytes = deflateRawSync(payload, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH })
  return bytes.length < payload.length ? bytes.subarray(0, bytes.length - TAIL_BYTES) : null
}

/** Bytes that are inflated in one step. What a client sends is short, and each connection that compresses keeps a buffer of this size. */
const INFLATE_STEP = 4_096

/** What the handshake settles with a peer that can inflate, and how it is inflated. Neither side refers to an earlier message. */
export const DEFLATE_TERMS = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  zlibInflateOptions: { chunkSize: INFLATE_STEP },
} as const

/**
 * Whether an offer of extensions asks for a window that is smaller than ours: what is shared by all cannot keep to it. Such an offer is
 * not taken up.
 */
export function asksForSmallWindow(offer: string | undefined): boolean {
  return offer?.includes('server_max_window_bits') === true
}
