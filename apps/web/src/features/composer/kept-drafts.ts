import { forgetStored, readStored, writeStored } from '../../platform/browser.ts'

const PREFIX = 'holdfast.draft.'
/** Most of a draft that is kept, in UTF-16 units: more than any message may have. */
export const MAX_KEPT = 32_768

/** What was begun to be written in a room on this device and not sent, or `''`. */
export function keptDraft(roomId: string): string {
  return readStored(PREFIX + roomId) ?? ''
}

/** Keeps `text` as the draft of a room on this device, over reloads; `''` keeps none. */
export function keepDraft(roomId: string, text: string): void {
  writeStored(PREFIX + roomId, text === '' ? null : text.slice(0, MAX_KEPT))
}

/** Forgets the drafts of all rooms: they are private to whoever wrote them. */
export function forgetDrafts(): void {
  forgetStored(PREFIX)
}
