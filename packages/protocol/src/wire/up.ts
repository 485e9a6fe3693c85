import * as v from 'valibot'
import { authRefreshSchema } from './auth-refresh.ts'
import { messageCancelSchema } from './message-cancel.ts'
import { messageDeleteSchema } from './message-delete.ts'
import { messageEditSchema } from './message-edit.ts'
import { messagePinSchema } from './message-pin.ts'
import { messageSendSchema } from './message-send.ts'
import { messageUnpinSchema } from './message-unpin.ts'
import { pingSchema } from './ping.ts'
import { presenceSetSchema } from './presence-set.ts'
import { presenceWatchSchema } from './presence-watch.ts'
import { reactionAddSchema } from './reaction-add.ts'
import { reactionRemoveSchema } from './reaction-remove.ts'
import { roomCloseSchema } from './room-close.ts'
import { roomOpenSchema } from './room-open.ts'
import { roomReadSchema } from './room-read.ts'
import { sessionHelloSchema } from './session-hello.ts'
import { typingStartSchema } from './typing-start.ts'
import { typingStopSchema } from './typing-stop.ts'

/** Every frame that a client sends. */
export const upFrameSchema = v.variant('type', [
  sessionHelloSchema,
  roomOpenSchema,
  roomCloseSchema,
  messageSendSchema,
  messageCancelSchema,
  messageEditSchema,
  messageDeleteSchema,
  reactionAddSchema,
  reactionRemoveSchema,
  messagePinSchema,
  messageUnpinSchema,
  roomReadSchema,
  typingStartSchema,
  typingStopSchema,
  presenceSetSchema,
  presenceWatchSchema,
  authRefreshSchema,
  pingSchema,
])
export type UpFrame = v.InferOutput<typeof upFrameSchema>
export type UpFrameType = UpFrame['type']
