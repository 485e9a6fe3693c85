/** A change that is made to a source of the product as it is read: nothing of it is in the product. */
export interface Edit {
  /** The source, from the root of the repository. */
  readonly file: string
  /** Text that is there exactly once, and what stands in its place. */
  readonly find: string
  readonly replace: string
}

/**
 * `source` with the change made.
 *
 * @throws Error when the product has moved on: its text is not there once.
 */
export function edited(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find)
  if (parts.length !== 2) {
    throw new Error(`unable to plant a fault in ${file}; its text is there ${parts.length - 1} times`)
  }
  return parts.join(replace)
}

/** Where a process can be made to die, or to stand still. */
export interface Failpoint {
  /** What has happened and what has not, when it is passed. */
  readonly about: string
  readonly edits: readonly Edit[]
}

const STORE = 'packages/server/src/log/sqlite/sqlite-store.ts'
const COMMIT = 'this.#commit.run()'
const SESSION = 'packages/server/src/session/session.ts'
const ANSWER = 'this.#queue.send(encode(frame))'
const MIGRATE = 'packages/server/src/log/sqlite/migrate.ts'
const MIGRATED = "connection.exec('COMMIT')"

/** The call of `passed` in `control.ts`; `later`: when what was handed to the network in this turn has left the process. */
function pass(name: string, later = false): string {
  return `globalThis.holdfastFaults.passed('${name}', ${later})`
}

/** The moments of a commit at which it matters most that the process ends there. */
export const FAILPOINTS = {
  'mid-batch': {
    about: 'some commands of a transaction are applied, others are not',
    edits: [
      {
        file: 'packages/server/src/log/store/sync-room-log.ts',
        find: 'batch.map(command => this.#perform(command, rows, lanes))',
        replace: `batch.map((command, i) => {
          if (i > 0) ${pass('mid-batch')}
          return this.#perform(command, rows, lanes)
        })`,
      },
    ],
  },
  'before-commit': {
    about: 'all of a transaction is written, none of it is durable',
    edits: [{ file: STORE, find: COMMIT, replace: `${pass('before-commit')}, ${COMMIT}` }],
  },
  'after-commit': {
    about: 'it is durable, and published to nobody',
    edits: [{ file: STORE, find: COMMIT, replace: `${COMMIT}, ${pass('after-commit')}` }],
  },
  'after-publish': {
    about: 'it is published, and no command is answered',
    edits: [
      {
        file: 'packages/server/src/log/committer.ts',
        find: 'batch.forEach(({ answer }, i) => {',
        replace: `${pass('after-publish')}
    batch.forEach(({ answer }, i) => {`,
      },
    ],
  },
  'before-ack': {
    about: 'readers were sent the message, and its sender is not told',
    edits: [
      {
        file: SESSION,
        find: ANSWER,
        replace: `if (frame.type === 'message.ack') ${pass('before-ack')}
    ${ANSWER}`,
      },
    ],
  },
  'after-ack': {
    about: 'its sender is told, with the last bytes that leave the process',
    edits: [
      {
        file: SESSION,
        find: ANSWER,
        replace: `${ANSWER}
    if (frame.type === 'message.ack') ${pass('after-ack', true)}`,
      },
    ],
  },
  'mid-migration': {
    about: 'some statements of the migrations are done; passed before each',
    edits: [
      {
        file: MIGRATE,
        find: 'prepare: (sql: string) => connection.prepare(sql)',
        replace: `prepare: (sql: string) => (${pass('mid-migration')}, connection.prepare(sql))`,
      },
    ],
  },
  'before-migrated': {
    about: 'all migrations are done, none of it is durable',
    edits: [{ file: MIGRATE, find: MIGRATED, replace: `${pass('before-migrated')}, ${MIGRATED}` }],
  },
  'after-migrated': {
    about: 'the database is of this version, and nobody has used it',
    edits: [{ file: MIGRATE, find: MIGRATED, replace: `${MIGRATED}, ${pass('after-migrated')}` }],
  },
  'first-version': {
    about: 'the database is as the first version left it',
    edits: [
      {
        file: MIGRATE,
        find: 'getMigrations: async () => MIGRATIONS',
        replace: "getMigrations: async () => ({ '001-rooms': MIGRATIONS['001-rooms'] })",
      },
      { file: MIGRATE, find: MIGRATED, replace: `${MIGRATED}, ${pass('first-version')}` },
    ],
  },
} as const satisfies Record<string, Failpoint>

export type FailpointName = keyof typeof FAILPOINTS
