import type { Client } from '../client-handle.ts'
import type { ConnectionStatus } from '../connection/status.ts'
import type { Scheduler } from '../platform/scheduler.ts'
import { systemPlatform } from '../platform/system.ts'
import type { RoomHandle } from '../room-handle.ts'
import { differencesOf, type Look } from './differences.ts'
import type { FakeServer } from './fake-server.ts'
import { truthOf, unansweredIn } from './truth.ts'
import { settle } from './turns.ts'

/** How long clients may take to show the same, unless told otherwise. Milliseconds. */
const CONVERGE_WITHIN_MS = 5_000
/** How often it is looked whether they do. Milliseconds. */
const LOOK_EVERY_MS = 20
/** Differences told in full; of the rest the number. */
const MAX_TOLD = 8

/** Time that an assertion waits in. */
export interface WaitingTime {
  readonly scheduler: Scheduler
  /** Of time that does not pass by itself (`VirtualTime`): lets it pass. */
  advance?(ms: number): Promise<void>
}

export interface ConvergedOptions {
  /**
   * The fake server that the clients are at. What they show must equal what it has, so that nobody passes for lack of what none of them
   * has heard of yet, or never will; and no edit or reaction may wait for its answer. Waits in the server's time.
   */
  readonly server?: FakeServer
  /** How long it may take. Milliseconds; default 5,000. */
  readonly within?: number
  /** The time that the clients live in; virtual time is let pass while waiting. Default: that of `server`, else real time. */
  readonly time?: WaitingTime
  /**
   * Makes a client that has never been there, of a person who may read the rooms. It loads each room from scratch, all of its history,
   * and what the others show must equal that too. It is disconnected in the end.
   */
  readonly fresh?: () => Client
  /** Whether messages that were refused for good may stand in a timeline still, `failed`. Default false: they are a difference. */
  readonly allowFailed?: boolean
}

/** Thrown when clients do not show the same in time. The message names the first difference first. */
export class NotConverged extends Error {
  override readonly name = 'NotConverged'
  /** All of them, each a sentence. */
  readonly differences: readonly string[]

  constructor(differences: readonly string[], within: number) {
    const [first = 'there is nothing to compare', ...others] = differences
    const told = others.slice(0, MAX_TOLD - 1).map(each => `\n  and ${each}`)
    const left = others.length - told.length
    const rest = left > 0 ? `\n  and ${left} more` : ''
    super(`unable to see that all converge within ${within} ms; ${first}${told.join('')}${rest}`)
    this.differences = differences
  }
}

/** One who reads a room. */
interface Reader {
  readonly client: Client | null
  readonly room: RoomHandle
  readonly isFresh: boolean
}

/**
 * Waits until all clients show the same of these rooms, then resolves: the same log up to the same event without a gap, the same messages
 * in the same order in the same state, the same members, room and read positions (as far as people show theirs), and nothing on
 * its way. It opens nothing and changes nothing: connect the clients and open the rooms first.
 *
 * That clients agree does not say that they have heard of everything: name the `server`, or with a real one `fresh`. Without a
 * `server` nobody sees an edit or a reaction that is on its way: await those that were asked for.
 *
 * Messages are compared from where all of them hold everything; `loadOlder` or `fresh` has more compared.
 *
 * @throws NotConverged when they do not within the time given
 * @throws Error when there are not two to compare, the server and a fresh client included
 */
export function assertConverged(
  clients: readonly Client[],
  roomIds: string | readonly string[],
  options?: ConvergedOptions,
): Promise<void>
/** The same for rooms; those of the same id are compared. */
export function assertConverged(rooms: readonly RoomHandle[], options?: ConvergedOptions): Promise<void>
export async function assertConverged(
  given: readonly Client[] | readonly RoomHandle[],
  second: string | readonly string[] | ConvergedOptions = {},
  third: ConvergedOptions = {},
): Promise<void> {
  const isByClient = typeof second === 'string' || Array.isArray(second)
  const roomIds: readonly string[] = isByClient ? [second].flat() : []
  const options: ConvergedOptions = isByClient ? third : (second as ConvergedOptions)
  const readers = given.flatMap(each => readersOf(each, roomIds))
  const { within = CONVERGE_WITHIN_MS, server, time = server?.time ?? systemPlatform, fresh } = options
  demandTwo(readers, fresh !== undefined || server !== undefined)
  const patience = new Patience(time, within)
  // What was asked for in this very turn is on its way from here on.
  await settle()
  const differences = await waitForNone(() => differencesAmong(readers, options), patience)
  if (differences.length > 0) throw new NotConverged(differences, within)
  if (fresh !== undefined) await assertEqualsFresh(readers, { ...options, fresh }, patience)
}

async function assertEqualsFresh(
  readers: readonly Reader[],
  options: ConvergedOptions & Pick<Required<ConvergedOptions>, 'fresh'>,
  patience: Patience,
): Promise<void> {
  const client = options.fresh()
  const rooms = [...new Set(readers.map(({ room }) => room.id))].map(roomId => client.room(roomId))
  const closes = rooms.map(room => room.open())
  client.connect()
  const all = [...readers, ...rooms.map(room => ({ client, room, isFresh: true }))]
  try {
    const differences = await waitForNone(() => {
      const unread = rooms.flatMap(loadMore)
      return unread.length > 0 ? unread : differencesAmong(all, options)
    }, patience)
    if (differences.length > 0) throw new NotConverged(differences, patience.within)
  } finally {
    for (const close of closes) close()
    client.disconnect()
  }
}

/** Reads on in the history of a fresh client's room; nothing to say once it holds all of it. */
function loadMore(room: RoomHandle): readonly string[] {
  const { hasMore, loadingOlder, status } = room.getSnapshot()
  if (!hasMore || status !== 'live') return []
  // What fails is tried again with the next look.
  if (!loadingOlder) room.loadOlder().catch(() => {})
  return [`the fresh client has not read all of ${JSON.stringify(room.id)} yet`]
}

function readersOf(given: Client | RoomHandle, roomIds: readonly string[]): readonly Reader[] {
  if ('open' in given) return [{ client: null, room: given, isFresh: false }]
  return roomIds.map(roomId => ({ client: given, room: given.room(roomId), isFresh: false }))
}

function demandTwo(readers: readonly Reader[], hasOther: boolean): void {
  const counts = [...byRoom(readers).values()].map(group => group.length)
  if (counts.length > 0 && counts.every(count => count > 1 || hasOther)) return
  throw new Error('unable to compare; it takes two who read each room, or one and `server` or `fresh`')
}

function differencesAmong(readers: readonly Reader[], options: ConvergedOptions): readonly string[] {
  const rooms = [...byRoom(readers)]
  return rooms.flatMap(([roomId, group]) => {
    const differences = differencesIn(roomId, looksOf(group), options)
    return rooms.length === 1 ? differences : differences.map(each => `in ${JSON.stringify(roomId)} ${each}`)
  })
}

function differencesIn(
  roomId: string,
  looks: readonly Look[],
  { server, allowFailed }: ConvergedOptions,
): readonly string[] {
  if (server === undefined) return differencesOf(looks, allowFailed)
  const truth = truthOf(server, roomId)
  if (truth === null) return [`the server has no room ${JSON.stringify(roomId)}`]
  return [...unansweredIn(server, roomId), ...differencesOf([truth, ...looks], allowFailed)]
}

function byRoom(readers: readonly Reader[]): ReadonlyMap<string, readonly Reader[]> {
  return Map.groupBy(readers, ({ room }) => room.id)
}

/** Several of one name are numbered, as they were given. */
function looksOf(readers: readonly Reader[]): readonly Look[] {
  const seen = new Map<string, number>()
  return readers.map(({ client, room, isFresh }) => {
    const view = room.getSnapshot()
    const userId = client?.userId ?? view.me?.userId ?? null
    const base = isFresh ? 'a fresh client' : (userId ?? 'somebody')
    const count = (seen.get(base) ?? 0) + 1
    seen.set(base, count)
    const name = count === 1 ? base : `${base} (${count})`
    return { name, userId, view, connection: client === null ? '' : connectionOf(client.connection.getSnapshot()) }
  })
}

function connectionOf(status: ConnectionStatus): string {
  return `the connection is ${status.state}${'reason' in status ? `: ${status.reason}` : ''}`
}

/** Looks again and again until there is no difference, or patience is over; what was found last. */
async function waitForNone(look: () => readonly string[], patience: Patience): Promise<readonly string[]> {
  for (;;) {
    const found = look()
    if (found.length === 0 || patience.isOver) return found
    await patience.pause()
  }
}

/** How long it is waited, in all. */
class Patience {
  readonly within: number
  readonly #time: WaitingTime
  #left: number

  constructor(time: WaitingTime, within: number) {
    this.#time = time
    this.within = within
    this.#left = within
  }

  get isOver(): boolean {
    return this.#left <= 0
  }

  async pause(): Promise<void> {
    const ms = Math.min(LOOK_EVERY_MS, this.#left)
    this.#left -= ms
    if (this.#time.advance !== undefined) await this.#time.advance(ms)
    else await new Promise<void>(resolve => this.#time.scheduler.after(ms, resolve))
  }
}
