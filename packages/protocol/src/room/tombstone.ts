import type { Message } from './message.ts'

/** `message` as every reader sees it once it is deleted: its place without its content. */
export function tombstone(message: Message, deletedAt: number): Message {
  return { ...message, content: '', attachments: [], mentions: [], reactions: {}, pinned: false, deletedAt }
}
