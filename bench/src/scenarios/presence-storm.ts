import { setTimeout as pause } from 'node:timers/promises'
import type { DownFrame, Presence } from '@holdfast/protocol'
import { Meter } from '../generator/meter.ts'
import { until } from '../generator/until.ts'
import { Crew, type ReaderPlan } from '../load/crew.ts'
import { Traffic } from '../load/traffic.ts'
import type { Outcome, Subject } from './scenario.ts'

export interface PresenceStorm {
  readonly members: number
}

/** One member in so many notes its presence frames and is audited. */
const WATCH_EVERY = 20
/** Connections under way at once when everybody comes back. */
const UNDER_WAY = 500
/** Longer than a session's end is kept from others, so that everybody really went offline. */
const AWAY_MS = 5_000
/** Nothing was told for so long: the storm is over. */
const QUIET_MS = 3_000
const OVER_WITHIN_MS = 180_000
const SETTLED_WITHIN_MS = 60_000
const MESSAGES_PER_SECOND = 20
/** The people of a room whom its readers are shown. */
const SHOWN = 200
const ROOM = 'storm'
const OWNER = 'owner'

/** What one watched session was told, and when. */
class Ledger {
  readonly told: { readonly at: number; readonly bytes: number }[] = []
  readonly online = new Set<string>()

  note(payload: Buffer): void {
    const parsed = JSON.parse(payload.toString()) as DownFrame | DownFrame[]
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) if (frame.type === 'presence') this.#presence(frame)
  }

  #presence(frame: Presence): void {
    this.told.push({ at: performance.now(), bytes: Buffer.byteLength(JSON.stringify(frame)) })
    for (const user of frame.users) {
      if (user.status === 'online') this.online.add(user.userId)
      else this.online.delete(user.userId)
    }
  }
}

/**
 * The members of one room are connected, all drop at the same moment, and all come back at once; somebody writes 20 messages a
 * second all the while. Afterwards every watched session knows of everybody whom it is shown: coalescing may delay what is told, and
 * may not lose it.
 */
export async function presenceStorm(subject: Subject, { members }: PresenceStorm): Promise<Outcome> {
  const people = Array.from({ length: members }, (_, i) => `member${i}`)
  await subject.dialect.prepare({ rooms: [{ id: ROOM, writers: [OWNER, ...people] }] })
  const crew = new Crew(subject.dialect)
  const plans = people.map((userId, i): ReaderPlan => {
    return { userId, roomIds: [ROOM], attention: i % WATCH_EVERY === 0 ? 'checks' : 'counts' }
  })
  const before = await crew.read(plans)
  const traffic = new Traffic([ROOM])
  await crew.read([{ userId: OWNER, roomIds: [ROOM], attention: 'notes' }], { onMessage: n => traffic.witnessed(n) })
  const [writer] = await crew.write([OWNER], () => traffic.acknowledged())
  const meter = new Meter(subject.pids)
  const sending = traffic.run(MESSAGES_PER_SECOND, message => writer?.send(message))
  await crew.guard(pause(AWAY_MS))
  const droppedAt = performance.now()
  for (const reader of before) reader.close()
  await crew.guard(pause(AWAY_MS))
  const ledgers = Array.from({ length: Math.ceil(members / WATCH_EVERY) }, () => new Ledger())
  const begunAt = performance.now()
  const onOther = (payload: Buffer, i: number) => ledgers[i / WATCH_EVERY]?.note(payload)
  await crew.read(plans, { lanes: UNDER_WAY, onOther })
  const overAt = await crew.guard(untilQuiet(ledgers, Math.min(SHOWN, members)))
  traffic.end()
  const load = meter.stop()
  await crew.guard(sending)
  await crew.guard(
    until(
      () => traffic.isSettled,
      SETTLED_WITHIN_MS,
      () => 'the audit failed: not all messages came',
    ),
  )
  crew.close()
  const [calm, storm] = [traffic.between(droppedAt - AWAY_MS, droppedAt), traffic.between(begunAt, overAt)]
  return {
    figures: {
      ...costs(ledgers, begunAt, overAt),
      calmP99Ms: calm.percentile(99),
      stormP50Ms: storm.percentile(50),
      stormP99Ms: storm.percentile(99),
      serverCpuSeconds: load.serverCores * load.seconds,
    },
    curves: {},
    load,
  }
}

/** When the last presence frame of the storm came. @throws Error when somebody does not get to know of everybody they are shown. */
async function untilQuiet(ledgers: readonly Ledger[], shown: number): Promise<number> {
  const begun = performance.now()
  const last = () => Math.max(begun, ...ledgers.map(ledger => ledger.told.at(-1)?.at ?? 0))
  const fewest = () => Math.min(...ledgers.map(ledger => ledger.online.size))
  // Nobody need be told of themselves.
  const isOver = () => fewest() >= shown - 1 && performance.now() - last() > QUIET_MS
  await until(isOver, OVER_WITHIN_MS, () => `the audit failed: a session knows of ${fewest()} of ${shown} people`)
  return last()
}

function costs(ledgers: readonly Ledger[], begun: number, over: number) {
  const inSeconds = ledgers.flatMap(ledger => perSecond(ledger, begun))
  const frames = ledgers.reduce((sum, ledger) => sum + ledger.told.length, 0)
  return {
    seconds: (over - begun) / 1_000,
    frames: frames / ledgers.length,
    mostFramesInOneSecond: Math.max(...inSeconds.map(each => each.frames)),
    mostBytesInOneSecond: Math.max(...inSeconds.map(each => each.bytes)),
  }
}

function perSecond(ledger: Ledger, begun: number): { frames: number; bytes: number }[] {
  const seconds = new Map<number, { frames: number; bytes: number }>()
  for (const { at, bytes } of ledger.told) {
    const second = Math.floor((at - begun) / 1_000)
    const sum = seconds.get(second) ?? { frames: 0, bytes: 0 }
    seconds.set(second, { frames: sum.frames + 1, bytes: sum.bytes + bytes })
  }
  return [...seconds.values()]
}
