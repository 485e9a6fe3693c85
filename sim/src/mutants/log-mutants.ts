import type { Mutant } from './mutant.ts'

/** Bugs of what decides, writes and publishes. */
export const LOG_MUTANTS = {
  'burnt-seq': {
    file: 'packages/server/src/log/store/apply.ts',
    find: 'if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)',
    replace: `if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)
  else if (outcome.detail.kind === 'ack') rows.advance(roomOf(outcome.roomId, rows), rows.room(outcome.roomId)!.lastSeq + 1, 0)`,
    rule: 'LOG1',
    foundAt: 1,
  },
  'gap-after-abort': {
    file: 'packages/server/src/log/store/sync-room-log.ts',
    find: `    lanes.settle(command, decision.outcome)
    return decision.outcome`,
    replace: `    lanes.settle(command, decision.outcome)
    if (!decision.outcome.ok && decision.outcome.refusal.code === 'rate_limited') {
      const room = rows.room(command.roomId)
      rows.advance(room, room.lastSeq + 1, room.lastAt)
    }
    return decision.outcome`,
    rule: 'LOG1',
    foundAt: 14,
  },
  'stamps-by-clock': {
    file: 'packages/server/src/log/stamper.ts',
    find: 'return Math.max(this.now(), lastAt)',
    replace: 'return this.now()',
    rule: 'LOG3',
    foundAt: 4,
  },
  'published-before-commit': {
    file: 'packages/server/src/log/committer.ts',
    find: `    this.#inCommit = batch.length
`,
    replace: `    this.#inCommit = batch.length
    for (const { command } of batch) {
      if (command.kind !== 'message.send') continue
      const head = await this.#deps.log.head(command.roomId).catch(() => null)
      if (head === null) continue
      const { actor, roomId, clientId, type, content, replyTo, mentions } = command
      const [seq, at] = [head.seq + 1, 1_750_000_000_000]
      const texts = { type, content, replyTo, attachments: [], mentions: [...mentions], seen: null, reactions: {}, pinned: false }
      const message = {
        id: '01980000-0000-7000-8000-' + String(seq).padStart(12, '0'),
        ...{ seq, roomId, clientId, senderId: actor.userId, senderName: actor.name },
        ...{ ...texts, createdAt: at, editedAt: null, deletedAt: null },
      }
      const event = { kind: 'message.created', seq, at, by: actor.userId, message }
      this.#publish({ kind: 'events', roomId, epoch: head.epoch, events: [event] })
    }
`,
    rule: 'LOG7',
    foundAt: 1,
  },
  'ack-before-commit': {
    file: 'packages/server/src/log/committer.ts',
    find: `    this.#inCommit = batch.length
`,
    replace: `    this.#inCommit = batch.length
    for (const { command, answer } of batch) {
      if (command.kind !== 'message.send') continue
      const head = await this.#deps.log.head(command.roomId).catch(() => null)
      if (head === null) continue
      const detail = { kind: 'ack', messageId: '01980000-0000-7000-8000-000000000000', at: 0, duplicate: false }
      answer({ ok: true, roomId: command.roomId, epoch: head.epoch, seq: head.seq + 1, events: [], detail })
    }
`,
    rule: 'DUR2',
    foundAt: 1,
  },
  // In the simulated store: a product's own would be SQLite with synchronous=NORMAL, which test/faults/disk holds.
  'ack-before-sync': {
    file: 'sim/src/sim-volume.ts',
    find: `    this.#disk.sync()
    await this.show(written)`,
    replace: `    if (this.#disk.written.length % 20 === 0 || this.changes < 1) this.#disk.sync()
    await this.show(written)`,
    rule: 'DUR2',
    foundAt: 2,
  },
  'dedupe-forgets': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: 'return this.#sent.get(sentKey(senderId, clientId)) ?? null',
    replace: `const sent = this.#sent.get(sentKey(senderId, clientId)) ?? null
    return sent !== null && sent.at < this.row.lastAt - 2_000 ? null : sent`,
    rule: 'SEND1',
    foundAt: 4,
  },
  'duplicate-ack-differs': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'return unchanged({ ...room, lastSeq: seq }, detail)',
    replace: 'return unchanged(room, detail)',
    rule: 'SEND1',
    foundAt: 4,
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
    foundAt: 19,
  },
  'slow-mode-is-for-nobody': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (last === null) return null',
    replace: 'if (last === null || last < now) return null',
    rule: 'IN5',
    foundAt: 1,
  },
  'banned-can-read': {
    file: 'packages/server/src/log/access.ts',
    find: 'if (isInForce(facts.ban(room, actor.userId), now)) {',
    replace: "if (room.type !== 'public' && isInForce(facts.ban(room, actor.userId), now)) {",
    rule: 'GONE3',
    foundAt: 3,
  },
  'read-goes-back': {
    file: 'packages/server/src/log/decide/read.ts',
    find: 'lastReadSeq: Math.max(member.lastReadSeq, seq),',
    replace: 'lastReadSeq: seq,',
    rule: 'SIG6',
    foundAt: 4,
  },
  'own-messages-are-unread': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: 'if (message.senderId !== userId && message.deletedAt === null) count++',
    replace: 'if (message.deletedAt === null) count++',
    rule: 'SIG8',
    foundAt: 2,
  },
  'erased-edit-is-kept': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: "} else if (event?.kind === 'message.edited' && event.messageId === tombstone.id) {",
    replace: "} else if (event?.kind === 'message.edited' && event.messageId === tombstone.id && event.seq < 0) {",
    rule: 'LOG8',
    foundAt: 35,
  },
  'epoch-is-ignored': {
    file: 'packages/server/src/log/store/read-room.ts',
    find: 'if (cursor !== null && cursor.epoch === room.epoch && cursor.seq <= room.lastSeq) {',
    replace: 'if (cursor !== null && cursor.seq <= room.lastSeq) {',
    rule: 'READ5',
    foundAt: 2,
  },
} as const satisfies Record<string, Mutant>
