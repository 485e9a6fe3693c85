/** Where a reader stands in a room's log: the last event applied, in one incarnation of the log. */
export interface Cursor {
  /** Names this incarnation of the log; changes when a backup is restored or the history is reset. */
  readonly epoch: string
  /** The last event applied; 0 before the first. */
  readonly seq: number
}

/** The cursor as one token, `"<epoch>:<seq>"`. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}:${cursor.seq}`
}

/** The cursor that `token` names, or null when it is not one. */
export function parseCursor(token: string): Cursor | null {
  const colon = token.lastIndexOf(':')
  if (colon < 1) return null
  const digits = token.slice(colon + 1)
  if (!/^\d{1,16}$/.test(digits)) return null
  const seq = Number(digits)
  return Number.isSafeInteger(seq) ? { epoch: token.slice(0, colon), seq } : null
}

/** The cursor of a frame or body: `epoch` and `seq` come together, one alone counts as none. */
export function cursorOf(fields: { epoch?: string | undefined; seq?: number | undefined }): Cursor | null {
  return fields.epoch === undefined || fields.seq === undefined ? null : { epoch: fields.epoch, seq: fields.seq }
}
