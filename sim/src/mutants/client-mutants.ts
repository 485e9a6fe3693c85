import type { Mutant } from './mutant.ts'

/** Bugs of the client. */
export const CLIENT_MUTANTS = {
  'refused-head-is-dropped': {
    file: 'packages/client/src/outbox/outbox-machine.ts',
    find: 'if (isRetryable(refusal.code)) return refuseForNow(state, clientId, refusal, input)',
    replace: "if (refusal.code === 'out_of_order') return refuseForNow(state, clientId, refusal, input)",
    rule: 'SDK4',
    foundAt: 1,
  },
  'head-is-overtaken': {
    file: 'packages/client/src/outbox/outbox-machine.ts',
    find: "return go({ kind: 'blocked', entries, dueAt: input.now + waitMs, failures })",
    replace: "return go({ kind: 'blocked', entries: [...entries].reverse(), dueAt: input.now + waitMs, failures })",
    rule: 'SEND2',
    foundAt: 3,
  },
  'outbox-is-gone-after-reload': {
    file: 'packages/client/src/outbox/stored-messages.ts',
    find: 'const records = await storage.list()',
    replace: 'const records: readonly OutboxRecord[] = []',
    rule: 'SDK4',
    foundAt: 6,
  },
  'outbox-forgets-the-ack': {
    file: 'packages/client/src/outbox/outbox.ts',
    find: 'void this.#stored.keep(storage => storage.remove(roomId, effect.clientId))',
    replace: '',
    rule: 'SDK4',
    foundAt: 1,
  },
  'reply-answers-the-latest': {
    file: 'packages/client/src/room.ts',
    find: 'outbox.add({ roomId: this.id, content, kind, replyTo, mentions, seen })',
    replace:
      'outbox.add({ roomId: this.id, content, kind, replyTo: replyTo && (this.#store.data?.state.messages.at(-1)?.id ?? replyTo), mentions, seen })',
    rule: 'LOG11',
    foundAt: 4,
  },
  'edit-loses-what-it-answers': {
    file: 'packages/protocol/src/room/reduce-message.ts',
    find: '{ ...message, content, editedAt, mentions: mentionsNow }',
    replace: '{ ...message, content, editedAt, mentions: mentionsNow, replyTo: null }',
    rule: 'LOG11',
    foundAt: 4,
  },
  'row-is-shown-twice': {
    file: 'packages/client/src/outbox/outbox-machine.ts',
    find: '  return answered(state, clientId, removeEntry(state.entries, clientId), [...cancelling(entry), ...effects], input)',
    replace:
      "  if (outcome.kind === 'seen') return go(state)\n  return answered(state, clientId, removeEntry(state.entries, clientId), [...cancelling(entry), ...effects], input)",
    rule: 'SDK3',
    foundAt: 1,
  },
  'order-by-clock': {
    file: 'packages/client/src/store/room-view-builder.ts',
    find: 'this.#timeline.build(data?.state.messages ?? NO_MESSAGES, pending,',
    replace:
      'this.#timeline.build([...(data?.state.messages ?? NO_MESSAGES)].sort((a, b) => a.createdAt - b.createdAt || (a.clientId < b.clientId ? -1 : 1)), pending,',
    rule: 'READ1',
    foundAt: 3,
  },
  'kicked-goes-on-showing': {
    file: 'packages/client/src/sync/sync-machine.ts',
    find: "return go({ kind: 'removed', code, cursor: null }, { do: 'drop-content' })",
    replace: "return go({ kind: 'removed', code, cursor: null })",
    rule: 'GONE2',
    foundAt: 3,
  },
  'logs-are-mixed': {
    file: 'packages/client/src/store/room-store.ts',
    find: 'const data = dataOf(snapshot, this.#data, this.#deps.userId())',
    replace: `const fresh = dataOf(snapshot, this.#data, this.#deps.userId())
    const newer = (this.#data?.state.messages ?? []).filter(({ seq }) => seq > snapshot.seq)
    const data = { ...fresh, state: { ...fresh.state, messages: [...fresh.state.messages, ...newer] } }`,
    rule: 'READ1',
    foundAt: 5,
  },
  'typing-never-ends': {
    file: 'packages/client/src/signals/typing-machine.ts',
    find: 'return now - state.keyAt >= STOP_AFTER_MS ? quieten(state) : tell(state, now)',
    replace: 'return tell({ ...state, keyAt: now }, now)',
    rule: 'SIG1',
    foundAt: 29,
  },
  'later-revision-is-ignored': {
    file: 'packages/client/src/read-position.ts',
    find: 'return a.readRevision === b.readRevision ? a.lastReadSeq > b.lastReadSeq : a.readRevision > b.readRevision',
    replace: 'return a.lastReadSeq > b.lastReadSeq',
    rule: 'SIG6',
    foundAt: 34,
  },
  'silence-is-not-noticed': {
    file: 'packages/client/src/connection/session-steps.ts',
    find: 'heartbeatMs: Math.max(HEARTBEAT_LEAST_MS, welcome.heartbeatMs),',
    replace: 'heartbeatMs: 1_000_000_000,',
    rule: 'READ4',
    foundAt: 2,
  },
} as const satisfies Record<string, Mutant>
