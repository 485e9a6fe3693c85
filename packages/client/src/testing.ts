/**
 * The entry for an application's own tests: a fake server with named behaviours, time that passes when told, and the assertion that
 * clients have converged. It is not meant to be shipped: nothing of it is in the bundle of whoever does not import it.
 */

/** What of the protocol stands in the types below. */
export type {
  DownFrame,
  HistoryPage,
  Inbox,
  InboxEntry,
  MessageSend,
  ReadAnswer,
  RoomEvent,
  RoomPage,
  RoomSnapshot,
  RoomState,
  UpFrame,
} from '@holdfast/protocol'
export {
  assertConverged,
  type ConvergedOptions,
  NotConverged,
  type WaitingTime,
} from './testing/assert-converged.ts'
export { all, type Behaviour, type FakeCall, keepsContract, only, times } from './testing/behaviour.ts'
export {
  ackBeforeEcho,
  ackLongBeforeEcho,
  detachesLagging,
  diesBeforeAck,
  diesBeforeCommit,
  dropsAck,
  echoBeforeAck,
  failsCalls,
  forgetsCursors,
  ignores,
  losesEvents,
  rateLimited,
  refuses,
  refusesTokens,
  repeatsEvents,
  silent,
  slow,
  storeUnavailable,
  unreachable,
} from './testing/behaviours.ts'
export type { Draft, Sent } from './testing/drafts.ts'
export type { FakeConnection } from './testing/fake-connection.ts'
export type { FakeInbox } from './testing/fake-inbox.ts'
export { FakeNetwork } from './testing/fake-network.ts'
export { type FakePlatform, type FakePlatformOptions, fakePlatform } from './testing/fake-platform.ts'
export type { FakeReads } from './testing/fake-reads.ts'
export { FakeRoom, type FakeRoomOptions, type NewEvent } from './testing/fake-room.ts'
export { createFakeServer, type FakeServer } from './testing/fake-server.ts'
export type { FakeClientOptions, FakeServerOptions, InboxMode } from './testing/fake-server-options.ts'
export { settle } from './testing/turns.ts'
export { VirtualTime } from './testing/virtual-time.ts'
