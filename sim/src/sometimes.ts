import type { Coverage } from './coverage.ts'

/** How many worlds it takes until all of it is to be expected. */
export const ENOUGH_SEEDS = 300

/** What must have happened in at least one of many worlds, or they show less than they seem to. */
export const SOMETIMES: readonly string[] = [
  // What became of a send, and of a commit.
  'send',
  'send that was there already',
  'clientId used for another message',
  'commit refused by the store',
  'commit lost with its node',
  'commit that its node never heard of',
  'commit that waited for a lock',
  'ambiguous commit that was written',
  'ambiguous commit that was not',
  'power lost',
  'refused out_of_order',
  'refused rate_limited',
  'refused muted',
  'refused unavailable',
  'refused conflict',
  // From where a room was read.
  'opened from tail',
  'opened from log',
  'opened from snapshot',
  'detached lagging',
  'detached kicked',
  'detached banned',
  'detached left',
  'revoked during catch-up',
  'epoch changed',
  'closed 4001',
  'closed 4008',
  // What went wrong.
  'request that arrived twice',
  'answer lost',
  'answer cut',
  'body cut',
  'late request',
  'late answer',
  'gateway before',
  'gateway behind',
  'second tab',
  'storage blocked',
  'storage evicted',
  'storageQuota',
  'storageRefuses',
  'tear',
  'oneWay',
  'killNode',
  'stopNode',
  'sleepNode',
  'nodeClock',
  'reset',
  'freeze',
  'cut',
  'slowLine',
  'reload',
  'sleep',
  'clock',
  'storageFull',
  'storeFull',
  'storeAway',
  'busBad',
  'dropAll',
]

/** What of it has not happened. */
export function missingOf(coverage: Coverage): readonly string[] {
  return SOMETIMES.filter(what => coverage.count(what) === 0)
}
