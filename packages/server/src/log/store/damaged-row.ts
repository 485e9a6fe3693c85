/** What the disk gives back is not what was written: it is not handed on. Other rows are, and are written. */
export class DamagedRow extends Error {
  /** Names what is damaged, however it was met. */
  readonly subject: string

  /** `what`: names the row, and nothing that is in it. */
  constructor(what: string, subject: string = what) {
    super(`the database is damaged; ${what}`)
    this.name = 'DamagedRow'
    this.subject = subject
  }
}
