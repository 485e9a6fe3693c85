import * as v from 'valibot'
import { errorSchema } from './error.ts'
import { inboxSchema } from './inbox.ts'
import { messageAckSchema } from './message-ack.ts'
import { messageEventSchema } from './message-event.ts'
import { okSchema } from './ok.ts'
import { pongSchema } from './pong.ts'
import { presenceSchema } from './presence.ts'
import { readsSchema } from './reads.ts'
import { roomDetachedSchema } from './room-detached.ts'
import { roomLiveSchema } from './room-live.ts'
import { roomSnapshotSchema } from './room-snapshot.ts'
import { sessionDrainingSchema } from './session-draining.ts'
import { sessionWelcomeSchema } from './session-welcome.ts'
import { typingSchema } from './typing.ts'

/** Every frame that a server sends. */
export const downFrameSchema = v.variant('type', [
  sessionWelcomeSchema,
  roomSnapshotSchema,
  messageEventSchema,
  roomLiveSchema,
  messageAckSchema,
  typingSchema,
  presenceSchema,
  readsSchema,
  inboxSchema,
  roomDetachedSchema,
  sessionDrainingSchema,
  okSchema,
  errorSchema,
  pongSchema,
])
export type DownFrame = v.InferOutput<typeof downFrameSchema>
export type DownFrameType = DownFrame['type']
