import type { DetachCode, DownFrame, ErrorCode, MessageSend, RoomEvent, UpFrame } from '@holdfast/protocol'

/** One client's socket, the server's end: what a behaviour and a test can do with it. */
export interface FakeConnection {
  /** Of the client's token, up to its first dot. */
  readonly userId: string
  readonly token: string
  /** Every frame that the client has sent, in order. */
  readonly received: readonly UpFrame[]
  /** Edits, reactions and the like that the client waits to have answered, in order. */
  readonly unanswered: readonly UpFrame[]
  /** The rooms that it reads. A room taken out of them is told of nothing more. */
  readonly rooms: Set<string>
  readonly isOpen: boolean
  /** The client has closed it, not the server. */
  readonly closedByClient: boolean
  /** While true, what is said waits for `flush`. */
  isHeld: boolean
  /** What waits, one item a message. */
  held: (readonly DownFrame[])[]
  /** Delivers what was held, as `change` makes it: frames can be lost, repeated, or come in another order. */
  flush(change?: (messages: readonly (readonly DownFrame[])[]) => readonly (readonly DownFrame[])[]): void
  /** Sends frames as one message, as the server's behaviour lets them. */
  say(...frames: readonly DownFrame[]): void
  /** The same past the server's behaviour. */
  deliver(...frames: readonly DownFrame[]): void
  /** Sends any text, that of no frame as well. */
  sayText(text: string): void
  /** Runs `task` so many milliseconds from now, in the server's time. */
  later(ms: number, task: () => void): void
  /** From now on nothing comes through it, either way and for good, and neither side is told: half-open. */
  freeze(): void
  /** The server, or the network (1006, the default), ends it. The client hears at once. */
  end(code?: number, reason?: string): void
  /** Does with `frame` what a server that keeps the contract does. */
  answer(frame: UpFrame): void
  /** Refuses `frame`. A send refused for now (a retryable code) holds up those behind it, as the contract has it. */
  refuse(frame: UpFrame, code: ErrorCode, retryAfterMs?: number): void
  /** Whether `frame` comes behind a refused message that has not come again. */
  isBlockedFor(frame: MessageSend): boolean
  /** Writes a message; who is told of it, and in which order, is the caller's. Null: it had to be refused, and was. */
  commit(frame: MessageSend): { readonly ack: () => void; readonly publish: () => void } | null
  /** Tells of events of a room, if it reads that. */
  publish(roomId: string, events: readonly RoomEvent[]): void
  /** Ends the reading of a room. */
  detach(roomId: string, code: DetachCode): void
}
