/**
 * Every named limit of the contract, in one place. Those in `SessionLimits` are told to each client in `session.welcome`;
 * a server may be run with others, so clients read them there and not here.
 */

/** The limits that a session is told in `session.welcome`. */
export interface SessionLimits {
  /** Largest WebSocket message that the server takes, in bytes; a larger one closes with 1009. */
  readonly frameBytes: number
  /** Largest message content, in bytes of UTF-8; larger is `too_large`. */
  readonly contentBytes: number
  /** Most messages in one snapshot. */
  readonly window: number
  /** How far behind the head a cursor may be and still be answered with events rather than a snapshot. */
  readonly delta: number
  /** Messages a second and user over a longer time; 0 when there is no such limit. */
  readonly sendRate: number
}

/** The limits of a server with nothing configured. */
export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  frameBytes: 65_536,
  contentBytes: 8_192,
  window: 100,
  delta: 1_000,
  sendRate: 20,
}

/** Messages in a snapshot when the client names no `window`. */
export const DEFAULT_WINDOW = 50
/** Messages on a page of history when the client names no `limit`, and the most it may ask for. */
export const DEFAULT_PAGE = 50
export const MAX_PAGE = 100
/** Members listed in a `room.snapshot`; the rest is read page by page. */
export const SNAPSHOT_MEMBERS = 200
/** Unread messages are counted up to here: 100 means 100 or more. */
export const UNREAD_CAP = 100

/** Longest `ref`, in characters. */
export const MAX_REF = 64
/** Longest `userId`, in bytes. */
export const MAX_USER_ID_BYTES = 128
/** Longest display name of a person or a room, in bytes. */
export const MAX_NAME_BYTES = 200
/** Longest topic of a room, in bytes. */
export const MAX_TOPIC_BYTES = 1_024
/** Largest `metadata` of a room as JSON, in bytes. */
export const MAX_METADATA_BYTES = 8_192
/** How deep `metadata` may be nested. */
export const MAX_METADATA_DEPTH = 16
/** Longest slow mode: six hours. */
export const MAX_SLOW_MODE_MS = 21_600_000
/** Most members named when a room is created: as many as a body of the default size can hold. More are put one by one. */
export const MAX_INITIAL_MEMBERS = 1_000
/** Most mentions in one message. */
export const MAX_MENTIONS = 50
/** Most attachments of one message. */
export const MAX_ATTACHMENTS = 10
/** Longest reaction key, in bytes: room for the longest emoji sequences and for `:custom_names:`. */
export const MAX_REACTION_KEY_BYTES = 64
/**
 * Most reactions (key and person) on one message; it bounds the message's size wherever it is shown, and what a server
 * that keeps them with the message writes for each one more.
 */
export const MAX_REACTIONS_PER_MESSAGE = 200
/** Most frames in one array. */
export const MAX_FRAMES_PER_BATCH = 1_000
/** Most rooms that one session may have open, and that one `POST /api/sync` may ask for. */
export const MAX_OPEN_ROOMS = 1_000
/** Longest reason for a ban, in bytes. */
export const MAX_REASON_BYTES = 512
/** How long a typing indicator is shown after its last `typing.start`, in milliseconds. */
export const TYPING_TTL_MS = 5_000
/** Who types is named up to here in a large room; of the others there is a count. */
export const TYPING_NAMES = 3
/** Most people that one session may watch beside those of its rooms, and that one `GET /api/presence` may ask for. */
export const MAX_WATCHED_PEOPLE = 200
/** People named at most by the answer to who has seen a message, and to who was online since. */
export const MAX_PEOPLE_NAMED = 100
/** Who has seen a message is counted up to here: 1,000 means 1,000 or more. */
export const SEEN_CAP = 1_000
/** Longest cursor of the inbox. */
export const MAX_INBOX_CURSOR = 256
/** Longest custom status, in bytes. */
export const MAX_STATUS_BYTES = 256
