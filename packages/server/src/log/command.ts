import type { MessageType, PersonSettings, Role, RoomType, UpdateRoomBody } from '@holdfast/protocol'
import type { Actor } from './actor.ts'
import type { SendLane } from './send-lane.ts'

/**
 * Everything that changes what is stored. A command is checked for shape before it comes here; whether it is allowed is
 * decided inside the transaction that would write it, from what is stored at that moment.
 */
export type LogCommand =
  | RoomCreate
  | RoomUpdate
  | InRoom<'room.delete'>
  | InRoom<'member.join'>
  | InRoom<'member.leave'>
  | InRoom<'member.put', { readonly userId: string; readonly role: Role | null }>
  | InRoom<'member.remove', { readonly userId: string }>
  | InRoom<'ban.put', { readonly userId: string; readonly reason: string | null; readonly until: number | null }>
  | InRoom<'ban.remove', { readonly userId: string }>
  | InRoom<'mute.put', { readonly userId: string; readonly until: number | null }>
  | InRoom<'mute.remove', { readonly userId: string }>
  | MessageSendCommand
  /** `mentions`: null: they stay as they are. */
  | InRoom<
      'message.edit',
      { readonly messageId: string; readonly content: string; readonly mentions: readonly string[] | null }
    >
  | InRoom<'message.delete' | 'message.pin' | 'message.unpin', { readonly messageId: string }>
  | InRoom<'reaction.add' | 'reaction.remove', { readonly messageId: string; readonly key: string }>
  /** `readRevision`: the one that the reader knows of; null: does not say. */
  | InRoom<'room.read', { readonly seq: number; readonly readRevision: number | null }>
  /** The messages from `seq` on are unread to the person again. */
  | InRoom<'room.unread', { readonly seq: number }>
  | InRoom<'room.notifications', { readonly muted: boolean }>
  | UserSeen
  | UserSettings

export type LogCommandKind = LogCommand['kind']
export type LogCommandOf<K extends LogCommandKind> = Extract<LogCommand, { kind: K }>

/** A command about one room by one person; one of each kind named. */
type InRoom<K extends string, Fields = unknown> = K extends string
  ? { readonly kind: K; readonly actor: Actor; readonly roomId: string } & Fields
  : never

/** A new room. `roomId` was asked for or made by the caller; `members` are the others who are in it from the start. */
type RoomCreate = InRoom<
  'room.create',
  {
    readonly name: string
    readonly type: RoomType
    readonly topic: string
    readonly ephemeral: boolean
    readonly metadata: Readonly<Record<string, unknown>>
    readonly members: readonly string[]
  }
>

type RoomUpdate = InRoom<'room.update', { readonly changes: UpdateRoomBody }>

/** `lane` and `ticket` keep the sender's order; a send outside any session has a lane of its own. */
export type MessageSendCommand = InRoom<
  'message.send',
  {
    readonly clientId: string
    readonly type: MessageType
    readonly content: string
    readonly replyTo: string | null
    readonly mentions: readonly string[]
    readonly seen: number | null
    readonly lane: SendLane
    readonly ticket: number
  }
>

/** A person has shown a token: remember the display name, for rooms that others put them in. */
interface UserSeen {
  readonly kind: 'user.seen'
  readonly actor: Actor
}

/** A person settles something for themselves; what is left out stays. */
interface UserSettings {
  readonly kind: 'user.settings'
  readonly actor: Actor
  readonly changes: Partial<PersonSettings>
}
