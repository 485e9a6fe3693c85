import * as v from 'valibot'

export const roleSchema = v.picklist(['owner', 'admin', 'member'])
/** The creator is `owner`; `admin` moderates; `member` talks. */
export type Role = v.InferOutput<typeof roleSchema>

/** A person in a room. `name` is the display name as the log last told it. */
export const memberSchema = v.object({ userId: v.string(), name: v.string(), role: roleSchema })
export type Member = v.InferOutput<typeof memberSchema>

export const leaveReasonSchema = v.picklist(['left', 'kicked', 'banned'])
/** Why a member is one no longer. */
export type LeaveReason = v.InferOutput<typeof leaveReasonSchema>
