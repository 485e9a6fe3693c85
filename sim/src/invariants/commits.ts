import type { LogCommand, Outcome } from '@holdfast/server/testing'

/** A rule that is held against every commit at the moment it is durable; `forget`: the store has begun anew. */
export interface CommitRule {
  committed(command: LogCommand, outcome: Extract<Outcome, { ok: true }>): void
  forget(): void
}

type Breach = (rule: string, what: string) => void

/** SIG6, G13: how far somebody has read only grows within a revision, revisions only grow, and nobody has read beyond the log's end. */
export function positionsOnlyGrow(breach: Breach): CommitRule {
  const positions = new Map<string, { readonly seq: number; readonly revision: number }>()
  return {
    forget: () => positions.clear(),
    committed(command, { roomId, seq: head, detail }) {
      if (detail.kind !== 'read') return
      const name = `${command.actor.userId} in ${roomId}`
      const [seq, revision] = [detail.lastReadSeq, detail.readRevision]
      const before = positions.get(name) ?? { seq: 0, revision: 0 }
      positions.set(name, { seq, revision })
      if (seq > head) breach('SIG6', `${name} has read up to ${seq} of ${head}`)
      if (revision < before.revision || (revision === before.revision && seq < before.seq)) {
        breach(
          'SIG6',
          `${name} has read up to ${seq} in revision ${revision}, and before that ${JSON.stringify(before)}`,
        )
      }
    },
  }
}
