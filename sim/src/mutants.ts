import { registerHooks } from 'node:module'

/** A bug that can be planted in the product as it is read: never in what is published, and no switch in the product for it. */
export interface Mutant {
  /** The source, from the root of the repository. */
  readonly file: string
  /** Text that is there exactly once, and what stands in its place. */
  readonly find: string
  readonly replace: string
  /** The rule that it breaks, by its id in SPEC.md. */
  readonly rule: string
  /** Where to begin to look for it, where the first seeds do not show it: it takes a rare mix. Default 1. */
  readonly from?: number
}

/** Bugs that have been made in systems of this kind, or in this one. The simulator must find each. */
export const MUTANTS = {
  'burnt-seq': {
    file: 'packages/server/src/log/store/apply.ts',
    find: 'if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)',
    replace: `if (last !== undefined) rows.advance(roomOf(outcome.roomId, rows), last.seq, last.at)
  else if (outcome.detail.kind === 'ack') rows.advance(roomOf(outcome.roomId, rows), rows.room(outcome.roomId)!.lastSeq + 1, 0)`,
    rule: 'LOG1',
  },
  'stamps-by-clock': {
    file: 'packages/server/src/log/stamper.ts',
    find: 'return Math.max(this.now(), lastAt)',
    replace: 'return this.now()',
    rule: 'LOG3',
  },
  'dedupe-forgets': {
    file: 'packages/server/src/log/memory/memory-room.ts',
    find: 'return this.#sent.get(sentKey(senderId, clientId)) ?? null',
    replace: `const sent = this.#sent.get(sentKey(senderId, clientId)) ?? null
    return sent !== null && sent.at < this.row.lastAt - 2_000 ? null : sent`,
    rule: 'SEND1',
  },
  'lane-moves': {
    file: 'packages/server/src/log/send-lane.ts',
    find: 'if (this.#blocked === null || ticket < this.#blocked.ticket) this.#blocked = { clientId, ticket }',
    replace:
      'if (this.#blocked === null || this.#blocked.clientId === clientId || ticket < this.#blocked.ticket) this.#blocked = { clientId, ticket }',
    rule: 'SEND2',
    from: 120,
  },
  'order-is-nobodys': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (lane.isBlockedFor(command.clientId, command.ticket)) {',
    replace: 'if (lane.isBlockedFor(command.clientId, command.ticket) && Number.isNaN(0)) {',
    rule: 'SEND3',
  },
  'leaving-is-not-heard': {
    file: 'packages/server/src/room/tail.ts',
    find: "if (event.kind === 'member.left') {",
    replace: "if (event.kind === 'member.left' && event.seq < 0) {",
    rule: 'GONE1',
  },
  'resume-off-by-one': {
    file: 'packages/server/src/room/join.ts',
    find: 'subscription.begin(answer.after, answer.seq)',
    replace: 'subscription.begin(Math.min(answer.after + 1, answer.seq), answer.seq)',
    rule: 'READ1',
  },
  'sender-is-left-out': {
    file: 'packages/server/src/room/subscription.ts',
    find: 'if (!this.reader.offer(frame.message)) {',
    replace: `if (!frame.message.text.includes('"by":"' + this.reader.actor.userId) && !this.reader.offer(frame.message)) {`,
    rule: 'READ4',
  },
  'lost-hint-is-lost': {
    file: 'packages/server/src/stages.ts',
    find: 'if (!bus.isReliable) hubs.watchHeads()',
    replace: '',
    rule: 'READ3',
    from: 500,
  },
  'refused-head-is-dropped': {
    file: 'packages/client/src/outbox/outbox-machine.ts',
    find: 'if (isRetryable(refusal.code)) return refuseForNow(state, clientId, refusal, input)',
    replace: "if (refusal.code === 'out_of_order') return refuseForNow(state, clientId, refusal, input)",
    rule: 'SDK4',
  },
  'later-revision-is-ignored': {
    file: 'packages/client/src/read-position.ts',
    find: 'return a.readRevision === b.readRevision ? a.lastReadSeq > b.lastReadSeq : a.readRevision > b.readRevision',
    replace: 'return a.lastReadSeq > b.lastReadSeq',
    rule: 'SIG6',
  },
  'badge-only-grows': {
    file: 'packages/server/src/inbox/inbox-room.ts',
    find: "} else if (event.kind === 'message.deleted') {",
    replace: "} else if (event.kind === 'message.deleted' && event.seq < 0) {",
    rule: 'SIG8',
  },
  'presence-is-told-once': {
    file: 'packages/server/src/people/audience.ts',
    find: 'if (this.#tell(seat, frames)) hasTold = true',
    replace: 'if (Number.isNaN(0) && this.#tell(seat, frames)) hasTold = true',
    rule: 'SIG4',
  },
} as const satisfies Record<string, Mutant>

export type MutantName = keyof typeof MUTANTS

/**
 * Plants a bug in whatever is imported from here on.
 *
 * @throws Error when there is none of that name, or, on import, when the product has moved on and its text is not there once.
 */
export function plant(name: MutantName): void {
  const mutant: Mutant | undefined = MUTANTS[name]
  if (mutant === undefined) throw new Error(`unable to plant ${name}; known are ${Object.keys(MUTANTS).join(', ')}`)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (!url.endsWith(`/${mutant.file}`)) return loaded
      return { ...loaded, source: mutated(String(loaded.source), mutant) }
    },
  })
}

/** `source` with the bug in it. */
export function mutated(source: string, { file, find, replace }: Mutant): string {
  const parts = source.split(find)
  const [before, after] = parts
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(`unable to plant a bug in ${file}; its text is there ${parts.length - 1} times`)
  }
  return before + replace + after
}
