import { randomBytes } from 'node:crypto'

/** A fresh id of the shape `<label>-<12 hex digits>`: every spec makes its own rooms and users on the shared server. */
export function unique(label: string): string {
  return `${label}-${randomBytes(6).toString('hex')}`
}
