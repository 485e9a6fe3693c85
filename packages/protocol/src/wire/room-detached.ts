import * as v from 'valibot'

export const detachCodeSchema = v.picklist(['lagging', 'kicked', 'banned', 'left', 'deleted', 'forbidden'])
/** Why a subscription ended. Only `lagging` is worth opening the room again at once, with the cursor held. */
export type DetachCode = v.InferOutput<typeof detachCodeSchema>

/** This session reads the room no longer. */
export const roomDetachedSchema = v.object({
  type: v.literal('room.detached'),
  roomId: v.string(),
  code: detachCodeSchema,
})
export type RoomDetached = v.InferOutput<typeof roomDetachedSchema>
