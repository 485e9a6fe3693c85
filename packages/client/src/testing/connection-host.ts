import type { RoomEvent, SessionLimits } from '@holdfast/protocol'
import type { Clock } from '../platform/clock.ts'
import type { Scheduler } from '../platform/scheduler.ts'
import type { Behaviour } from './behaviour.ts'
import type { FakeConnection } from './fake-connection.ts'
import type { FakeInbox } from './fake-inbox.ts'
import type { FakeRoom } from './fake-room.ts'
import type { FakeTyping } from './fake-typing.ts'

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly behaviour: Behaviour
  readonly rooms: ReadonlyMap<string, FakeRoom>
  /** Null: the server has none. */
  readonly inbox: FakeInbox | null
  readonly typing: FakeTyping
  readonly limits: SessionLimits
  readonly heartbeatMs: number
  readonly time: { readonly clock: Clock; readonly scheduler: Scheduler }
  serverTime(): number
  nextSessionId(): string
  onBadFrame(reason: string): void
  publish(roomId: string, ...events: readonly RoomEvent[]): void
  /** Tells how far these people have read: whoever reads the room, as far as they are shown it; or one of them alone. */
  tellReads(roomId: string, userIds: readonly string[], reader?: FakeConnection): void
}
