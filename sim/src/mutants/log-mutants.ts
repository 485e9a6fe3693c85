import type { Edit, Mutant } from './mutant.ts'

/** Where a node hands its store what is to be committed, and waits for what has become of it. */
const COMMITTED = 'const outcomes = await this.#commit(batch.map(waiting => waiting.command))'

/** The store tells what it has decided, the very ids and seqs, before it is synced, to whoever has asked for that. */
const TOLD_AHEAD: Edit = {
  file: 'sim/src/sim-store.ts',
  find: "    await this.#until('synced', syncMs, commit)",
  replace: `    host.run(() => decided.outcomes.forEach((outcome, i) => globalThis.ahead?.get(batch[i])?.(outcome)))
    await this.#until('synced', syncMs, commit)`,
}

/** Bugs of what decides, writes and publishes. */
export const LOG_MUTANTS = {
  'burnt-seq': {
    file: 'packages/server/src/log/store/apply.ts',
    find: 'if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)',
    replace: `if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)
  else if (outcome.detail.kind === 'ack') rows.advance(roomOf(outcome.roomId, rows), rows.room(outcome.roomId)!.lastSeq + 1, rows.room(outcome.roomId)!.lastAt)`,
    rule: 'LOG1',
    foundAt: 1,
  },
  'gap-after-abort': {
    file: 'packages/server/src/log/store/sync-room-log.ts',
    find: `    lanes.settle(command, decision.outcome)
    return decision.outcome`,
    replace: `    lanes.settle(command, decision.outcome)
    const room = decision.outcome.ok ? null : rows.room(command.roomId)
    if (room !== null) rows.advance(room, room.lastSeq + 1, room.lastAt)
    return decision.outcome`,
    rule: 'LOG1',
    foundAt: 1,
  },
  'stamps-by-clock': {
    file: 'packages/server/src/log/stamper.ts',
    find: 'return Math.max(this.now(), lastAt)',
    replace: 'return this.now()',
    rule: 'LOG3',
    foundAt: 3,
  },
  'published-before-commit': {
    file: 'packages/server/src/log/committer.ts',
    find: COMMITTED,
    replace: `globalThis.ahead ??= new WeakMap()
    const publish = (command, outcome) => newsOf([command], [outcome]).forEach(news => this.#publish(news))
    for (const { command } of batch) globalThis.ahead.set(command, outcome => publish(command, outcome))
    ${COMMITTED}`,
    also: [TOLD_AHEAD],
    rule: 'READ1',
    foundAt: 21,
  },
  'ack-before-commit': {
    file: 'packages/server/src/log/committer.ts',
    find: COMMITTED,
    replace: `globalThis.ahead ??= new WeakMap()
    for (const { command, answer } of batch) globalThis.ahead.set(command, answer)
    ${COMMITTED}`,
    also: [TOLD_AHEAD],
    rule: 'DUR2',
    foundAt: 1,
  },
  // In the simulated store: a product's own would be SQLite with synchronous=NORMAL, which test/faults/disk holds.
  'normal-sync': {
    file: 'sim/src/sim-volume.ts',
    find: `    this.#disk.sync()
    await this.show(written)`,
    replace: `    if (this.#disk.written.length % 20 === 0 || this.changes < 1) this.#disk.sync()
    await this.show(written)`,
    rule: 'DUR2',
    foundAt: 2,
  },
  'torn-write-is-served': {
    file: 'sim/src/sim-disk.ts',
    find: 'sumOf(commands) !== sum',
    replace: "sumOf(commands) === ''",
    rule: 'DUR10',
    foundAt: 38,
  },
  'dedupe-forgets': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (sent === null) return null',
    replace: 'if (sent === null || sent.at < room.lastAt - 2_000) return null',
    rule: 'SEND1',
    foundAt: 1,
  },
  'duplicate-ack-differs': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'return unchanged({ ...room, lastSeq: seq }, detail)',
    replace: 'return unchanged(room, detail)',
    rule: 'SEND1',
    foundAt: 5,
  },
  'conflict-is-accepted': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (sent.fingerprint !== fingerprintOf(command)) {',
    replace: "if (sent.fingerprint === '') {",
    rule: 'SEND1',
    foundAt: 4,
  },
  'membership-is-stale': {
    file: 'packages/server/src/log/decide/send.ts',
    find: "if (entrance.member === null) return refuse('forbidden', 'unable to send; it takes joining the room')",
    replace: `if (entrance.member === null && facts.lastMessageAt(room, command.actor.userId, 0) === null) {
    return refuse('forbidden', 'unable to send; it takes joining the room')
  }`,
    rule: 'SEND6',
    foundAt: 3,
  },
  'mute-is-forgotten': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (isInForce(facts.mute(room, command.actor.userId), now)) {',
    replace: 'if (isInForce(facts.mute(room, command.actor.userId), now) && Number.isNaN(0)) {',
    rule: 'SEND6',
    foundAt: 28,
  },
  'slow-mode-is-for-nobody': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (last === null) return null',
    replace: 'if (last === null || last < now) return null',
    rule: 'IN5',
    foundAt: 11,
  },
  'banned-can-read': {
    file: 'packages/server/src/log/access.ts',
    find: 'if (isInForce(facts.ban(room, actor.userId), now)) {',
    replace: "if (room.type !== 'public' && isInForce(facts.ban(room, actor.userId), now)) {",
    rule: 'GONE3',
    foundAt: 11,
  },
  'read-goes-back': {
    file: 'packages/server/src/log/decide/read.ts',
    find: 'lastReadSeq: Math.max(member.lastReadSeq, seq),',
    replace: 'lastReadSeq: seq,',
    rule: 'SIG6',
    foundAt: 21,
  },
  'own-messages-are-unread': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: 'if (message.senderId !== userId && message.deletedAt === null) count++',
    replace: 'if (message.deletedAt === null) count++',
    rule: 'SIG8',
    foundAt: 1,
  },
  'erased-message-is-kept': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: 'this.events[i] = { ...event, message: tombstone }',
    replace: 'this.events[i] = event',
    rule: 'LOG8',
    foundAt: 3,
  },
  'erased-edit-is-kept': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: 'this.events[i] = erasedEdit(event)',
    replace: 'this.events[i] = event',
    rule: 'LOG8',
    foundAt: 3,
  },
  'sync-is-off-by-one': {
    file: 'packages/server/src/log/store/read-room.ts',
    find: 'const events = rows.eventsAfter(room, cursor.seq, request.delta)',
    replace: 'const events = rows.eventsAfter(room, cursor.seq + 1, request.delta)',
    rule: 'READ1',
    foundAt: 1,
  },
  'reply-is-not-looked-up': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (command.replyTo !== null && !facts.holdsMessage(room, command.replyTo)) {',
    replace: "if (command.replyTo === '') {",
    rule: 'LOG11',
    foundAt: 15,
  },
  'epoch-is-ignored': {
    file: 'packages/server/src/log/store/read-room.ts',
    find: 'if (cursor === null || cursor.epoch !== room.epoch) return false',
    replace: 'if (cursor === null) return false',
    rule: 'READ5',
    foundAt: 5,
  },
} as const satisfies Record<string, Mutant>
