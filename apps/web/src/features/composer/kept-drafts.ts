import { forgetStored, now, readStored, storedKeys, writeStored } from '../../platform/browser.ts'

const PREFIX = 'holdfast.draft.'
/** Longest draft that is kept, in UTF-16 units: a longer one lives as long as the page. All of them fit in what a browser allows. */
export const MAX_KEPT = 32_768
/** Most drafts that are kept on a device; the one that was written longest ago makes room. */
export const MAX_DRAFTS = 50

/**
 * What one person has begun to write on this device and not sent, room by room, as one page knows it. Another page of theirs may
 * write in the same room: the one that wrote last is kept, and none takes away what another wrote.
 */
export class KeptDrafts {
  readonly #person: string | null
  /** What this page last read or wrote, of each room that it asked about. */
  readonly #known = new Map<string, string>()

  /** Drafts of `person`; null: nobody knows whose they are, and none is kept. */
  constructor(person: string | null) {
    this.#person = person
  }

  /**
   * What was kept of a room when it is asked for first, else `''`: what another page writes from then on is its own, and
   * would be sent twice.
   */
  take(roomId: string): string {
    if (this.#known.has(roomId)) return ''
    const kept = this.#person === null ? '' : read(keyOf(this.#person, roomId))
    this.#known.set(roomId, kept)
    return kept
  }

  /** Keeps `text` as the draft of a room; `''`, or more than `MAX_KEPT`, keeps none. */
  keep(roomId: string, text: string): void {
    const before = this.#known.get(roomId) ?? ''
    const kept = text.length > MAX_KEPT ? '' : text
    if (this.#person === null || kept === before) return
    this.#known.set(roomId, kept)
    const key = keyOf(this.#person, roomId)
    const stored = read(key)
    if (kept === '') {
      if (stored === before) writeStored(key, null)
      return
    }
    if (stored === '') makeRoom()
    // What was written before must not come back as if it were the last.
    if (!writeStored(key, `${now()} ${kept}`)) writeStored(key, null)
  }

  /** Keeps no draft of a room that cannot be read any more, whoever wrote it. */
  forget(roomId: string): void {
    if (this.#person === null) return
    this.#known.set(roomId, '')
    writeStored(keyOf(this.#person, roomId), null)
  }
}

/** Forgets the drafts of all rooms and people: they are private to whoever wrote them. */
export function forgetDrafts(): void {
  forgetStored(PREFIX)
}

/** A draft stands under its person's name, so that nobody else's page can show it. */
function keyOf(person: string, roomId: string): string {
  return PREFIX + JSON.stringify([person, roomId])
}

/** The draft behind the time that it was written at. */
function read(key: string): string {
  const stored = readStored(key) ?? ''
  return stored.slice(stored.indexOf(' ') + 1)
}

function makeRoom(): void {
  const keys = storedKeys(PREFIX)
  if (keys.length < MAX_DRAFTS) return
  const byAge = keys
    .map(key => ({ key, at: Number.parseInt(readStored(key) ?? '', 10) || 0 }))
    .sort((a, b) => a.at - b.at)
  for (const { key } of byAge.slice(0, keys.length - MAX_DRAFTS + 1)) writeStored(key, null)
}
