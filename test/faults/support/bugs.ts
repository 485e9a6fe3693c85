import type { Edit } from './planted.ts'

/** A bug that the checker must find in what real processes recorded. */
export interface Bug {
  /** The rule that it breaks, by its id in SPEC.md. */
  readonly rule: string
  readonly edits: readonly Edit[]
}

const STORE = 'packages/server/src/log/sqlite/sqlite-store.ts'

/** Bugs of a server, one for each way that the tests here look at one. */
export const BUGS = {
  /** What a server would do that gathers for a moment what it has acknowledged already; from when its failpoint is armed. */
  'ack-before-commit': {
    rule: 'DUR2',
    edits: [
      { file: STORE, find: 'this.#begin.run()', replace: 'if (!this.#writer.inTransaction) this.#begin.run()' },
      {
        file: STORE,
        find: 'this.#commit.run()',
        replace: `if (globalThis.holdfastFaults.isArmed()) {
        setTimeout(() => this.#writer.inTransaction && this.#commit.run(), 400)
      } else this.#commit.run()`,
      },
      {
        file: STORE,
        find: 'this.#checkpoints.afterCommit()',
        replace: 'if (!this.#writer.inTransaction) this.#checkpoints.afterCommit()',
      },
    ],
  },
  'dedupe-forgets': {
    rule: 'SEND1',
    edits: [
      {
        file: 'packages/server/src/log/sqlite/migrations/004-client-ids.ts',
        find: 'CREATE UNIQUE INDEX messages_by_client_id',
        replace: 'CREATE INDEX messages_by_client_id',
      },
      {
        file: 'packages/server/src/log/sqlite/messages-table.ts',
        find: 'const record = this.#byClient.get(room.key, senderId, clientId) as MessageRecord | undefined',
        replace: 'const record = undefined as MessageRecord | undefined',
      },
    ],
  },
  'resume-off-by-one': {
    rule: 'READ1',
    edits: [
      {
        file: 'packages/server/src/room/join.ts',
        find: 'subscription.begin(answer.after, answer.seq)',
        replace: 'subscription.begin(Math.min(answer.after + 1, answer.seq), answer.seq)',
      },
    ],
  },
  'leaving-is-not-heard': {
    rule: 'GONE1',
    edits: [
      {
        file: 'packages/server/src/room/tail.ts',
        find: "if (event.kind === 'member.left') {",
        replace: "if (event.kind === 'member.left' && event.seq < 0) {",
      },
    ],
  },
} as const satisfies Record<string, Bug>

export type BugName = keyof typeof BUGS
