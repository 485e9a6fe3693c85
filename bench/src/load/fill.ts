import type { Dialect } from '../dialects/dialect.ts'
import { Crew } from './crew.ts'
import { Pipeline } from './pipeline.ts'

/** Messages on their way at once: as many as the store writes in a few commits. */
const IN_FLIGHT = 2_048

/** Writes so many messages to a room, as fast as they are acknowledged. */
export async function fill(dialect: Dialect, roomId: string, writerId: string, messages: number): Promise<void> {
  if (messages === 0) return
  const crew = new Crew(dialect)
  let pipeline: Pipeline | null = null
  const [writer] = await crew.write([writerId], () => pipeline?.acknowledged())
  pipeline = new Pipeline(roomId, IN_FLIGHT, [], message => writer?.send(message))
  pipeline.begin(messages)
  await crew.guard(pipeline.settled)
  crew.close()
}
