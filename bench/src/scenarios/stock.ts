import { fill } from '../load/fill.ts'
import type { Outcome, Subject } from './scenario.ts'

/** Rooms that hold messages before anything is measured: written once a run, and copied for each measurement. */
export interface Stock {
  /** How many messages each room holds; a room for each. */
  readonly messages: readonly number[]
  /** People who may write in each of them: the writers of `assign`. */
  readonly writers: number
}

/** Who wrote what was there before. */
export const HISTORIAN = 'historian'

/** The room that holds so many. */
export function stockedRoom(messages: number): string {
  return `stock${messages}`
}

/** Makes the rooms and fills them. The message with number n is the nth of its room, from 0. */
export async function stock({ dialect }: Subject, { messages, writers }: Stock): Promise<Outcome> {
  const people = Array.from({ length: writers }, (_, i) => `writer${i}`)
  await dialect.prepare({ rooms: messages.map(n => ({ id: stockedRoom(n), writers: [HISTORIAN, ...people] })) })
  for (const n of messages) await fill(dialect, stockedRoom(n), HISTORIAN, n)
  return { figures: {}, curves: {}, load: null }
}
