import type { LogCommand, MessageSendCommand } from '../log/command.ts'
import { SendLane, type SendLaneState } from '../log/send-lane.ts'

/** Commands as they go to another thread: a send names its lane by its place among the lanes. */
export interface CommandParcel {
  readonly commands: readonly (Exclude<LogCommand, MessageSendCommand> | PackedSend)[]
  readonly lanes: readonly SendLaneState[]
}

type PackedSend = Omit<MessageSendCommand, 'lane'> & { readonly lane: number }

/**
 * A batch for another thread. The lanes go as they are now: whoever packs has settled them with all that was answered, and
 * sends one batch at a time (as the committer does).
 */
export function pack(batch: readonly LogCommand[]): CommandParcel {
  const places = new Map<SendLane, number>()
  const commands = batch.map(command => {
    if (command.kind !== 'message.send') return command
    const place = places.get(command.lane) ?? places.size
    places.set(command.lane, place)
    return { ...command, lane: place }
  })
  return { commands, lanes: Array.from(places.keys(), lane => lane.state) }
}

/** The batch again, with lanes of its own. */
export function unpack({ commands, lanes }: CommandParcel): readonly LogCommand[] {
  const own = lanes.map(state => SendLane.in(state))
  return commands.map(command => {
    if (command.kind !== 'message.send') return command
    return { ...command, lane: own[command.lane] ?? new SendLane() }
  })
}
