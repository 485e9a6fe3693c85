import type { Mutant } from './mutant.ts'

/** Bugs between the owner of a log and its gateways. */
export const GATEWAY_MUTANTS = {
  'gateways-do-not-hear-of-bans': {
    file: 'packages/server/src/workers/owner.ts',
    find: 'for (const { news } of this.#peers) news.tell(message)',
    replace: "if (message.kind !== 'access') for (const { news } of this.#peers) news.tell(message)",
    rule: 'GONE3',
    foundAt: 11,
  },
  'answer-is-ahead-of-its-news': {
    file: 'packages/server/src/workers/owner.ts',
    find: 'const news = new ToldNews({ tell: message => line.tell(message),',
    replace:
      'const news = new ToldNews({ tell: message => void this.#parts.scheduler.after(1, () => line.tell(message)),',
    rule: 'CORE2',
    foundAt: 2,
  },
  'lane-is-left-behind': {
    file: 'packages/server/src/workers/command-parcel.ts',
    find: 'return { ...command, lane: own[command.lane] ?? new SendLane() }',
    replace: 'return { ...command, lane: new SendLane() }',
    rule: 'SEND3',
    foundAt: 11,
  },
} as const satisfies Record<string, Mutant>
