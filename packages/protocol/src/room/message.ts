import * as v from 'valibot'
import { timeSchema } from '../ids.ts'

export const messageTypeSchema = v.picklist(['text', 'image', 'file', 'system'])
export type MessageType = v.InferOutput<typeof messageTypeSchema>

/** A file that belongs to a message; `id` is that of its upload. Width and height, in pixels, are known for images. */
export const attachmentSchema = v.object({
  id: v.string(),
  name: v.string(),
  mediaType: v.string(),
  size: v.number(),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
})
export type Attachment = v.InferOutput<typeof attachmentSchema>

/** Who reacted with what: `{key: [userId, …]}`, each list in the order of the reactions. */
export const reactionsSchema = v.record(v.string(), v.array(v.string()))
export type Reactions = v.InferOutput<typeof reactionsSchema>

/**
 * A message in its present state. `seq` is that of its `message.created` event and is the order of display.
 * A deleted one keeps its place with emptied content and `deletedAt` set.
 */
export const messageSchema = v.object({
  id: v.string(),
  seq: v.number(),
  roomId: v.string(),
  senderId: v.string(),
  senderName: v.string(),
  clientId: v.string(),
  type: messageTypeSchema,
  content: v.string(),
  replyTo: v.nullable(v.string()),
  attachments: v.array(attachmentSchema),
  mentions: v.array(v.string()),
  /** The highest seq its sender had applied when writing it, or null when the sender did not say. */
  seen: v.nullable(v.number()),
  createdAt: timeSchema,
  editedAt: v.nullable(timeSchema),
  deletedAt: v.nullable(timeSchema),
  reactions: reactionsSchema,
  pinned: v.boolean(),
})
export type Message = v.InferOutput<typeof messageSchema>
