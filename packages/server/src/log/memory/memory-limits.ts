/**
 * What a log in memory holds, and how much. What is beyond is refused (rooms) or forgotten, the oldest first (the
 * rest).
 */
export interface MemoryLimits {
  /** Whether other rooms than ephemeral ones are refused. */
  readonly ephemeralOnly: boolean
  /** Rooms; creating another is refused `unavailable`. */
  readonly rooms: number
  /**
   * Rooms that one person has created and that are not deleted; another is refused `too_large`. Without it one person
   * could take all of `rooms`, which do not expire. Server admins are free of it: they create rooms for others.
   */
  readonly roomsPerPerson: number
  /**
   * Events, and messages, kept of one room. A reader whose cursor is older gets a snapshot, history ends at the oldest
   * message kept, and a `clientId` is remembered as long as its message. Seqs go on as if nothing had been forgotten.
   */
  readonly eventsPerRoom: number
  /** Deleted rooms whose id stays taken. */
  readonly deletedRooms: number
  /** Display names of people seen, and as many people's settings. */
  readonly names: number
}

/** For a server that keeps everything in memory: more than one process of ordinary size can fill. */
export const DEFAULT_MEMORY_LIMITS: MemoryLimits = {
  ephemeralOnly: false,
  rooms: 100_000,
  roomsPerPerson: 100_000,
  eventsPerRoom: 1_000_000,
  deletedRooms: 100_000,
  names: 1_000_000,
}

/** For the ephemeral rooms of a server that stores the others. */
export const DEFAULT_EPHEMERAL_LIMITS: MemoryLimits = {
  ephemeralOnly: true,
  rooms: 10_000,
  roomsPerPerson: 100,
  eventsPerRoom: 2_000,
  deletedRooms: 10_000,
  names: 100_000,
}
