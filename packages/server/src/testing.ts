/**
 * The entry for whoever puts a server together of parts of their own: a simulated world, an application's tests. It promises less than
 * the public entry: what is here may change with any version.
 */
export type { Auth } from './auth/auth.ts'
export type { AuthResult } from './auth/authenticator.ts'
export type { Bus, BusMessage } from './bus/bus.ts'
export { type Composed, compose } from './compose.ts'
export type { Actor } from './log/actor.ts'
export type { LogCommand } from './log/command.ts'
export { createMemoryLog } from './log/memory/memory-log.ts'
export { type Outcome, refused } from './log/outcome.ts'
export { type RoomLog, StoreUnavailable } from './log/room-log.ts'
export type { StampSource } from './log/stamper.ts'
export { silentLogger } from './observe/logger.ts'
export { settingsOf } from './options.ts'
export type { Parts } from './parts.ts'
export { MemoryPresence } from './people/memory-presence.ts'
export type { PresenceStore } from './people/presence-store.ts'
export type { SharedText } from './transport/shared-text.ts'
export type { Transport, TransportListener } from './transport/transport.ts'
