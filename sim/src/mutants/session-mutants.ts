import type { Mutant } from './mutant.ts'

/** Bugs of what takes in, fans out and tells who is there. */
export const SESSION_MUTANTS = {
  'lane-moves': {
    file: 'packages/server/src/log/send-lane.ts',
    find: 'if (this.#blocked === null || ticket < this.#blocked.ticket) this.#blocked = { clientId, ticket }',
    replace:
      'if (this.#blocked === null || this.#blocked.clientId === clientId || ticket < this.#blocked.ticket) this.#blocked = { clientId, ticket }',
    rule: 'SEND3',
    foundAt: 182,
  },
  'order-is-nobodys': {
    file: 'packages/server/src/log/decide/send.ts',
    find: 'if (lane.isBlockedFor(command.clientId, command.ticket)) {',
    replace: 'if (lane.isBlockedFor(command.clientId, command.ticket) && Number.isNaN(0)) {',
    rule: 'SEND3',
    foundAt: 11,
  },
  'leaving-is-not-heard': {
    file: 'packages/server/src/room/tail.ts',
    find: "if (event.kind === 'member.left') {",
    replace: "if (event.kind === 'member.left' && event.seq < 0) {",
    rule: 'GONE1',
    foundAt: 3,
  },
  'resume-off-by-one': {
    file: 'packages/server/src/room/join.ts',
    find: 'subscription.begin(answer.after, answer.seq)',
    replace: 'subscription.begin(Math.min(answer.after + 1, answer.seq), answer.seq)',
    rule: 'READ1',
    foundAt: 1,
  },
  'fetch-then-subscribe': {
    file: 'packages/server/src/room/hub.ts',
    find: `    this.#subscriptions.add(subscription)
    void join(this, subscription, this.#deps)`,
    replace: `    const late = {
      reachesBackTo: cursor => this.reachesBackTo(cursor),
      learn: (epoch, seq) => this.learn(epoch, seq),
      goLive: reader => this.goLive(reader),
      advance: reader => {
        const now = this.#place?.tail.seq ?? 0
        if (!this.#subscriptions.has(reader) && now > reader.position) reader.begin(now, now)
        this.#subscriptions.add(reader)
        return this.advance(reader)
      },
    }
    void join(late, subscription, this.#deps)`,
    rule: 'READ2',
    foundAt: 1,
  },
  'skipped-last-event': {
    file: 'packages/server/src/room/tail.ts',
    find: 'const events = (count === jsons.length ? jsons : jsons.slice(0, count)).join',
    replace: 'const events = jsons.slice(0, count > 2 ? count - 1 : count).join',
    rule: 'READ1',
    foundAt: 2,
  },
  'snapshot-then-repeat': {
    file: 'packages/server/src/room/join.ts',
    find: 'subscription.begin(snapshot.seq, snapshot.seq)',
    replace: 'subscription.begin(snapshot.seq - 1, snapshot.seq)',
    rule: 'READ1',
    foundAt: 1,
  },
  'snapshot-is-kept': {
    file: 'packages/server/src/log/store/read-visits.ts',
    find: 'cursor.epoch === room.epoch && cursor.seq === room.lastSeq',
    replace: 'cursor.epoch === room.epoch',
    rule: 'READ4',
    foundAt: 2,
  },
  'old-subscription-goes-on': {
    file: 'packages/server/src/session/session-rooms.ts',
    find: `    this.close(roomId)
    if (!isRoomId(roomId)) {`,
    replace: '    if (!isRoomId(roomId)) {',
    rule: 'READ2',
    foundAt: 10,
  },
  'live-is-told-wrong': {
    file: 'packages/server/src/room/hub.ts',
    find: 'roomId, epoch, seq: position })',
    replace: 'roomId, epoch, seq: position + 1 })',
    rule: 'SDK2',
    foundAt: 1,
  },
  'sender-is-left-out': {
    file: 'packages/server/src/room/subscription.ts',
    find: 'if (!this.reader.offer(frame.message)) {',
    replace: `if (!frame.message.text.includes('"by":"' + this.reader.actor.userId) && !this.reader.offer(frame.message)) {`,
    rule: 'READ1',
    foundAt: 1,
  },
  'hole-is-not-read': {
    file: 'packages/server/src/room/hub.ts',
    find: 'this.#deps.scheduler.after(HOLE_WAIT_MS, () => void this.#fill())',
    replace: 'this.#deps.scheduler.after(HOLE_WAIT_MS, () => {})',
    rule: 'READ4',
    foundAt: 3,
  },
  'heads-are-ignored': {
    file: 'packages/server/src/room/hub.ts',
    find: 'else if (this.#place !== null) this.learn(head.epoch, head.seq)',
    replace: 'else if (this.#place !== null && this.#place.epoch !== head.epoch) this.learn(head.epoch, head.seq)',
    rule: 'READ3',
    foundAt: 1,
  },
  'lagging-is-not-told': {
    file: 'packages/server/src/session/session-rooms.ts',
    find: "for (const roomId of lagging) this.#answerDetached(roomId, 'lagging')",
    replace: '',
    rule: 'READ4',
    foundAt: 4,
  },
  'buffer-without-bound': {
    file: 'packages/server/src/transport/send-queue.ts',
    find: '&& (buffered === 0 ||',
    replace: '&& (buffered >= 0 ||',
    rule: 'READ8',
    foundAt: 4,
  },
  'deleted-stays-in-the-tail': {
    file: 'packages/server/src/room/tail.ts',
    find: "if (event.kind === 'message.deleted') this.#erase(event.messageId, event.deletedAt)",
    replace: '',
    rule: 'LOG8',
    foundAt: 4,
  },
  'token-in-the-log': {
    file: 'packages/server/src/session/session.ts',
    find: 'const result = await this.#deps.authenticate(token)',
    replace: `const result = await this.#deps.authenticate(token)
    this.#deps.logger.debug({ token }, 'session goes on with another token')`,
    rule: 'AUTH5',
    foundAt: 1,
  },
  'handler-throws': {
    file: 'packages/server/src/session/commands/typing.ts',
    find: 'if (isTyping && refusalOfPace(context) !== null) return null',
    replace: `if (isTyping && refusalOfPace(context) !== null) return null
  if (!isTyping) throw new Error('unable to stop; nobody types')`,
    rule: 'IN1',
    foundAt: 1,
  },
  'badge-only-grows': {
    file: 'packages/server/src/inbox/inbox-room.ts',
    find: "} else if (event.kind === 'message.deleted') {",
    replace: "} else if (event.kind === 'message.deleted' && event.seq < 0) {",
    rule: 'SIG8',
    foundAt: 8,
  },
  'presence-is-told-once': {
    file: 'packages/server/src/people/audience.ts',
    find: 'if (this.#tell(seat, frames)) hasTold = true',
    replace: 'if (Number.isNaN(0) && this.#tell(seat, frames)) hasTold = true',
    rule: 'SIG4',
    foundAt: 38,
  },
  'reads-are-told-to-nobody': {
    file: 'packages/server/src/log/store/read-seen.ts',
    find: 'return Object.fromEntries(reads)',
    replace: 'return {}',
    rule: 'SIG7',
    foundAt: 1,
  },
  'members-are-miscounted': {
    file: 'packages/server/src/log/store/read-room.ts',
    find: 'memberCount: room.memberCount,',
    replace: 'memberCount: room.memberCount - 1,',
    rule: 'READ4',
    foundAt: 1,
  },
  'snapshot-lacks-slow-mode': {
    file: 'packages/server/src/log/store/read-room.ts',
    find: 'room: rows.face(room),',
    replace: 'room: { ...rows.face(room), slowModeMs: 0 },',
    rule: 'READ4',
    foundAt: 1,
  },
} as const satisfies Record<string, Mutant>
