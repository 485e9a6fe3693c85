import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { demandCount } from '../generator/audit.ts'
import type { Outcome } from '../scenarios/scenario.ts'
import { spreadOf } from '../statistics.ts'
import { ME, Stage } from './stage.ts'

/** What the SDK does by itself, in one room that is watched as an application watches it. */
export interface ClientWork {
  /** Messages that the room holds while it is measured. */
  readonly held: number
  /** Events that are merged at once, in a room that holds a page: what a client gets that was away. */
  readonly merged: number
  /** Members of the room that is opened. */
  readonly members: number
  /** How often each thing is done. The median counts. */
  readonly times: number
}

/** Events in a frame when many come, as a server sends them. */
const EVENTS_A_FRAME = 1_000
/** Messages in the snapshot that a room opens with, and on a page of older ones. */
const PAGE = 100
const OLDER = 50
const US_PER_MS = 1_000
/** Openings and merges take long; a few of them are enough. */
const FEW = 5

/** Who reads one message after the other, and sends none: what one sends one has read. */
const READER = 'user2'

export async function clientWork({ held, merged, members, times }: ClientWork): Promise<Outcome> {
  const mergeMs = await medianOf(FEW, async () => {
    const stage = await opened(1)
    const frames = newsOf(stage, merged)
    return timed(() => {
      for (const frame of frames) stage.take(frame)
    })
  })
  const openMs = await medianOf(FEW, async () => {
    const stage = new Stage()
    await stage.connect()
    const ms = timedTake(stage, stage.opening(members, PAGE))
    const shown = stage.room.getSnapshot().members.length
    demandCount(`the members that ${ME} sees`, shown, members)
    return ms
  })
  const stage = await opened(members)
  const before = heapUsed()
  for (const frame of newsOf(stage, held - PAGE)) stage.take(frame)
  const bytesPerMessage = (heapUsed() - before) / (held - PAGE)
  const each = (textOf: (i: number) => string) => medianOf(times, async i => timedTake(stage, textOf(i)))
  const messageMs = await each(() => stage.news(1))
  const newest = stage.seq
  const reactionMs = await each(i => stage.reaction(stage.seq - 2 * i - 1, `${i}`))
  const receiptMs = await each(i => stage.receipt(READER, newest - times + 1 + i))
  audit(stage, held + times)
  const read = stage.room.getSnapshot().reads[READER] ?? 0
  demandCount(`what ${READER} has read`, read, newest)
  const pageMs = await medianOf(times, async () => {
    stage.page = stage.older(OLDER)
    const from = cpuMs()
    await stage.room.loadOlder()
    return cpuMs() - from
  })
  audit(stage, held + times + times * OLDER)
  return {
    figures: {
      mergeMs,
      openMs,
      messageUs: messageMs * US_PER_MS,
      reactionUs: reactionMs * US_PER_MS,
      receiptUs: receiptMs * US_PER_MS,
      pageUs: pageMs * US_PER_MS,
      bytesPerMessage,
    },
    curves: {},
    load: null,
  }
}

async function opened(members: number): Promise<Stage> {
  const stage = new Stage()
  await stage.open(members, PAGE)
  return stage
}

/** Processor time of this process: other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / US_PER_MS
}

/** The texts are made before anything is measured: a server has made them. */
function newsOf(stage: Stage, messages: number): readonly string[] {
  const frames = Math.ceil(messages / EVENTS_A_FRAME)
  return Array.from({ length: frames }, (_, i) => stage.news(Math.min(EVENTS_A_FRAME, messages - i * EVENTS_A_FRAME)))
}

function timed(work: () => void): number {
  const from = cpuMs()
  work()
  return cpuMs() - from
}

function timedTake(stage: Stage, text: string): number {
  return timed(() => stage.take(text))
}

async function medianOf(times: number, measure: (i: number) => Promise<number>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < times; i++) all.push(await measure(i))
  return spreadOf(all).median
}

/** The room shows every message that it was told of, once, in order. */
function audit(stage: Stage, wanted: number): void {
  const seqs = stage.room.getSnapshot().timeline.map(row => (row.kind === 'message' ? row.message.seq : 0))
  const isInOrder = seqs.every((seq, i) => i === 0 || seq === (seqs[i - 1] ?? 0) + 1)
  if (seqs.length !== wanted || !isInOrder) {
    throw new Error(
      `the audit failed: ${ME} sees ${seqs.length} of ${wanted} messages, ${isInOrder ? '' : 'not '}in order`,
    )
  }
}

/** After a collection, so that what is garbage does not count. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  return process.memoryUsage().heapUsed
}
