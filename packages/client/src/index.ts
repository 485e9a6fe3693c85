/** The public entry of `@holdfast/client`. */

/** What of the protocol stands in the types above. */
export type {
  CreateRoomBody,
  DetachCode,
  DiscoverPage,
  ErrorCode,
  Member,
  MemberPage,
  Message,
  MessageType,
  PersonSettings,
  PresenceStatus,
  PresenceUser,
  Refusal,
  Role,
  Room,
  RoomListEntry,
  SeenAnswer,
  SendResult,
  SessionLimits,
  UpdateRoomBody,
} from '@holdfast/protocol'
export { createClient } from './client.ts'
export type { Client } from './client-handle.ts'
export { type ConnectionStatus, describeConnection } from './connection/status.ts'
export type { StopReason } from './connection/stop-reason.ts'
export { type ClientErrorCode, HoldfastError, TokenRefused } from './errors.ts'
export type { ClientInfo, ClientOptions } from './options.ts'
export { MemoryOutboxStorage } from './outbox/memory-storage.ts'
export type { OutboxRecord, OutboxStorage } from './outbox/outbox-storage.ts'
export type { Clock } from './platform/clock.ts'
export type { Network, NetworkChange } from './platform/network.ts'
export type { ClientPlatform } from './platform/platform.ts'
export type { Random } from './platform/random.ts'
export type { Cancel, Scheduler } from './platform/scheduler.ts'
export type { OpenSocket, Socket, SocketHandlers } from './platform/socket.ts'
export type { Readable } from './readable.ts'
export type { EditOptions, RoomHandle, RoomMembers, SendHandle, SendOptions } from './room-handle.ts'
export type { RoomList } from './rooms/room-list-handle.ts'
export type { RoomListView } from './rooms/room-list-view.ts'
export type { ActivitySource, IdleOptions } from './signals/idle-options.ts'
export type { MyPresence, Presence, PresenceView, WishedStatus } from './signals/presence-handle.ts'
export type { Settings, SettingsView } from './signals/settings-handle.ts'
export type { Continuity, Gap, RoomStatus, RoomView, TypingView } from './store/room-view.ts'
export type { MessageEntry, PendingEntry, TimelineEntry } from './store/timeline-entry.ts'
