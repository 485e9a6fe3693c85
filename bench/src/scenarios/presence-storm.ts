import { setTimeout as pause } from 'node:timers/promises'
import type { Presence } from '@holdfast/protocol'
import { LatencyProbe, preciseNow } from '../latency-probe.ts'
import { api, tokenFor } from '../load-client.ts'
import type { ServerProcess } from '../server-process.ts'
import { quantile } from '../statistics.ts'
import { Subscriber } from '../subscriber.ts'

/** What a storm of reconnecting members cost its readers, and those who meanwhile write. */
export interface PresenceStorm {
  /** Presence frames and bytes of one session, on average of a second of the storm. */
  readonly framesPerSecond: number
  readonly bytesPerSecond: number
  /** The most of any watched session in any one second. */
  readonly mostFramesInOneSecond: number
  readonly mostBytesInOneSecond: number
  /** Presence frames of one session in the whole storm. */
  readonly frames: number
  /** From the first connection on until nothing more was told. */
  readonly seconds: number
  readonly calmP99Ms: number
  readonly stormP50Ms: number
  readonly stormP99Ms: number
}

/** Members that can be named when a room is made. */
const INITIAL_MEMBERS = 1_000
/** One member in so many notes its presence frames and is audited. */
const WATCH_EVERY = 20
/** Connections opened at once in the calm before; in the storm it is all of them, this many in flight. */
const CALM_BATCH = 100
const STORM_BATCH = 500
/** Longer than a session's end is kept from others, so that everybody really went offline. */
const AWAY_MS = 5_000
/** A session that is silent for 90 s is dropped; on a busy machine connecting takes longer. */
const SIGN_OF_LIFE_MS = 20_000
/** Nothing was told for so long: the storm is over. */
const QUIET_MS = 3_000
/** The storm has to be over by then. */
const STORM_WITHIN_MS = 120_000
/** Messages that are written all the while: 20 a second. */
const MESSAGE_EVERY_MS = 50
/** The people of a room whom its readers are shown. */
const SHOWN = 200

/** What one watched session was told, and when. */
class Ledger {
  readonly told: { readonly at: number; readonly bytes: number }[] = []
  readonly online = new Set<string>()

  note(frame: Presence, bytes: number): void {
    this.told.push({ at: preciseNow(), bytes })
    for (const user of frame.users) {
      if (user.status === 'online') this.online.add(user.userId)
      else this.online.delete(user.userId)
    }
  }
}

/**
 * `members` people of one room are connected, all drop at the same moment, and all come back at once; somebody else writes 20
 * messages a second all the while. Afterwards every watched session knows of everybody whom it is shown.
 */
export async function presenceStorm(server: ServerProcess, members: number): Promise<PresenceStorm> {
  const { roomId, tokens } = await room(server.url, members)
  const before = await connect(server.url, roomId, tokens, CALM_BATCH, () => undefined)
  const probe = await LatencyProbe.start({
    url: server.url,
    roomId,
    writerToken: await tokenFor('owner'),
    readerToken: await tokenFor('owner'),
    everyMs: MESSAGE_EVERY_MS,
  })
  await pause(AWAY_MS)
  const dropped = preciseNow()
  close(before)
  await pause(AWAY_MS)
  const ledgers = Array.from({ length: Math.ceil(members / WATCH_EVERY) }, () => new Ledger())
  const begun = preciseNow()
  const after = await connect(server.url, roomId, tokens, STORM_BATCH, (member, frame, bytes) => {
    ledgers[member / WATCH_EVERY]?.note(frame, bytes)
  })
  const over = await untilQuiet(ledgers, Math.min(SHOWN, members))
  const deliveries = await probe.stop()
  close(after)
  const ms = (from: number, to: number) =>
    deliveries.flatMap(each => (each.dueAt >= from && each.dueAt < to ? [each.ms] : [])).toSorted((a, b) => a - b)
  const [calm, storm] = [ms(dropped - AWAY_MS, dropped), ms(begun, over)]
  return {
    ...costs(ledgers, begun, over),
    calmP99Ms: quantile(calm, 0.99),
    stormP50Ms: quantile(storm, 0.5),
    stormP99Ms: quantile(storm, 0.99),
  }
}

/** A room of which all are members, its owner not counted. */
async function room(url: string, members: number): Promise<{ roomId: string; tokens: string[] }> {
  const owner = await tokenFor('owner')
  const userIds = Array.from({ length: members }, (_, i) => `member${i}`)
  const body = { name: 'storm', type: 'public', members: userIds.slice(0, INITIAL_MEMBERS) }
  const { id } = await api<{ id: string }>(url, owner, 'POST', '/api/rooms', body)
  const tokens = await Promise.all(userIds.map(tokenFor))
  for (const token of tokens.slice(INITIAL_MEMBERS)) await api(url, token, 'POST', `/api/rooms/${id}/join`)
  return { roomId: id, tokens }
}

interface Connected {
  readonly sessions: readonly Subscriber[]
  readonly alive: NodeJS.Timeout
}

function close({ sessions, alive }: Connected): void {
  clearInterval(alive)
  for (const session of sessions) session.close()
}

/** Opens a session for every token, `batch` at a time; one in WATCH_EVERY tells of its presence frames. */
async function connect(
  url: string,
  roomId: string,
  tokens: readonly string[],
  batch: number,
  onPresence: (member: number, frame: Presence, bytes: number) => void,
): Promise<Connected> {
  const sessions: Subscriber[] = []
  let next = 0
  const lane = async () => {
    while (next < tokens.length) {
      const member = next++
      const isWatched = member % WATCH_EVERY === 0
      const session = new Subscriber(url, tokens[member] ?? '', roomId, 'never', isWatched, (frame, bytes) =>
        onPresence(member, frame, bytes),
      )
      sessions.push(session)
      await session.live
    }
  }
  const alive = setInterval(() => {
    for (const session of sessions) session.keepAlive()
  }, SIGN_OF_LIFE_MS)
  await Promise.all(Array.from({ length: batch }, lane))
  return { sessions, alive }
}

/**
 * When the last presence frame of the storm came: everybody knows of everybody whom they are shown, and nothing was told for a
 * while. Coalescing may delay what is told; it may not lose it: a storm that ends otherwise gives no figure.
 */
async function untilQuiet(ledgers: readonly Ledger[], shown: number): Promise<number> {
  const begun = preciseNow()
  for (;;) {
    await pause(QUIET_MS / 10)
    const last = Math.max(begun, ...ledgers.map(ledger => ledger.told.at(-1)?.at ?? 0))
    const fewest = Math.min(...ledgers.map(ledger => ledger.online.size))
    // Nobody need be told of themselves.
    if (fewest >= shown - 1 && preciseNow() - last > QUIET_MS) return last
    if (preciseNow() - begun < STORM_WITHIN_MS) continue
    throw new Error(`the audit failed: a session knows of ${fewest} of ${shown} people`)
  }
}

function costs(ledgers: readonly Ledger[], begun: number, over: number) {
  const seconds = (over - begun) / 1_000
  const inSeconds = ledgers.flatMap(ledger => perSecond(ledger, begun))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const frames = mean(ledgers.map(ledger => ledger.told.length))
  const bytes = mean(ledgers.map(ledger => ledger.told.reduce((sum, each) => sum + each.bytes, 0)))
  return {
    seconds,
    frames,
    framesPerSecond: frames / seconds,
    bytesPerSecond: bytes / seconds,
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
