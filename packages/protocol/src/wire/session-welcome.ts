import * as v from 'valibot'

/** The answer to `session.hello`: who you are here and what the session's limits are. */
export const sessionWelcomeSchema = v.object({
  type: v.literal('session.welcome'),
  ref: v.optional(v.string()),
  sessionId: v.string(),
  userId: v.string(),
  serverTime: v.number(),
  /** A client that has heard nothing for so long sends `ping`, and gives the connection up 10 s later. Milliseconds. */
  heartbeatMs: v.number(),
  limits: v.object({
    frameBytes: v.number(),
    contentBytes: v.number(),
    window: v.number(),
    delta: v.number(),
    sendRate: v.number(),
  }),
  /** Names the node, for people who look for a fault. */
  node: v.string(),
})
export type SessionWelcome = v.InferOutput<typeof sessionWelcomeSchema>
