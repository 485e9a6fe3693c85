import { afterEach, beforeEach, describe } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { accessRules } from './contract/access.ts'
import { batchRules } from './contract/batch.ts'
import { dedupeRules } from './contract/dedupe.ts'
import { historyRules } from './contract/history.ts'
import { inboxRules, peopleRules } from './contract/inbox.ts'
import { listRules } from './contract/lists.ts'
import { memberRules } from './contract/members.ts'
import { messageRules } from './contract/messages.ts'
import { modelRules } from './contract/model.ts'
import { openRules } from './contract/open.ts'
import { orderRules } from './contract/order.ts'
import { roomRules } from './contract/rooms.ts'
import { sanctionRules } from './contract/sanctions.ts'
import { seenRules } from './contract/seen.ts'
import { unreadRules } from './contract/unread.ts'
import { visitRules } from './contract/visit.ts'
import { Harness, TestPlatform } from './kit.ts'

/** A kind of log to hold to the contract. */
export interface LogKind {
  /** Makes an empty log; `dispose` closes it and takes away what it left. */
  open(platform: TestPlatform): Promise<{ readonly log: RoomLog; dispose(): Promise<void> }>
  /** Whether the rooms under test are ephemeral ones. */
  readonly ephemeral: boolean
}

/**
 * What every `RoomLog` promises, one test a rule. Each group of rules is a function of the harness, which is new for
 * every test.
 */
export function roomLogContract(name: string, kind: LogKind): void {
  describe(`${name} keeps the contract of RoomLog:`, () => {
    let harness: Harness
    let dispose: () => Promise<void>

    beforeEach(async () => {
      const platform = new TestPlatform()
      const opened = await kind.open(platform)
      dispose = () => opened.dispose()
      harness = new Harness({ log: opened.log, platform, ephemeral: kind.ephemeral })
    })
    afterEach(() => dispose())

    const use = () => harness
    describe('order', () => orderRules(use))
    describe('batches', () => batchRules(use))
    describe('exactly once', () => dedupeRules(use))
    describe('who may see a room', () => accessRules(use))
    describe('rooms', () => roomRules(use))
    describe('members', () => memberRules(use))
    describe('bans and mutes', () => sanctionRules(use))
    describe('messages', () => messageRules(use))
    describe('opening', () => openRules(use))
    describe('opening together', () => visitRules(use))
    describe('history', () => historyRules(use))
    describe('unread', () => unreadRules(use))
    describe('who has seen what', () => seenRules(use))
    describe('the inbox', () => inboxRules(use))
    describe('people', () => peopleRules(use))
    describe('lists', () => listRules(use))
    describe('against a model', () => modelRules(use))
  })
}
