import {
  type Cursor,
  cursorOf,
  DEFAULT_WINDOW,
  type RoomCursor,
  type RoomSyncAnswer,
  type SyncAnswer,
  syncBodySchema,
} from '@holdfast/protocol'
import type { Hono } from 'hono'
import type { Actor } from '../log/actor.ts'
import { type Answer, type Opened, StoreUnavailable } from '../log/room-log.ts'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { intQuery, seqQuery } from './query.ts'
import { answered } from './results.ts'

/** Rooms read at once for one `POST /api/sync`, and held in memory until the client has taken them. */
const ROOMS_AT_ONCE = 8
/** 1,000 rooms with cursors of the longest ids are some 180 KB: more than a frame. */
const SYNC_BODY_BYTES = 262_144

/** Reconnecting without a socket: what `room.open` answers, for one room or for many. */
export function syncRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.get('/api/rooms/:id/sync', async c => {
    const cursor = cursorOf({ epoch: c.req.query('epoch'), seq: seqQuery(c, 'seq') })
    const window = intQuery(c, 'window', { min: 1, max: deps.limits.window })
    const opened = await openRoom(deps, actorOf(c), { roomId: roomIdOf(c), cursor, window })
    return c.json(syncAnswer(answered(opened)))
  })

  app.post('/api/sync', async c => {
    const { rooms } = await jsonBody(c, syncBodySchema, SYNC_BODY_BYTES)
    const actor = actorOf(c)
    const stream = jsonListStream('rooms', rooms, ROOMS_AT_ONCE, room => syncOne(deps, actor, room))
    return c.body(stream, 200, { 'content-type': 'application/json' })
  })
}

interface Reader {
  readonly roomId: string
  readonly cursor: Cursor | null
  readonly window: number | undefined
}

function openRoom(deps: HttpDeps, actor: Actor, { roomId, cursor, window }: Reader): Promise<Answer<Opened>> {
  const { limits, log } = deps
  return log.open({
    roomId,
    actor,
    cursor,
    window: window ?? Math.min(DEFAULT_WINDOW, limits.window),
    delta: limits.delta,
  })
}

function syncAnswer(opened: Opened): SyncAnswer {
  return opened.kind === 'delta' ? opened : { kind: 'snapshot', ...opened.snapshot }
}

/** One room of many: whatever is the matter with it is told in its place and spares the others. */
async function syncOne(deps: HttpDeps, actor: Actor, room: RoomCursor): Promise<RoomSyncAnswer> {
  const { roomId } = room
  try {
    const opened = await openRoom(deps, actor, { roomId, cursor: cursorOf(room), window: undefined })
    if (!opened.ok) return { roomId, kind: 'error', code: opened.refusal.code }
    return { roomId, ...syncAnswer(opened.value) }
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) deps.logger.error({ err: error, roomId }, 'unable to sync a room')
    return { roomId, kind: 'error', code: 'unavailable' }
  }
}

/**
 * `{"<name>": […]}` with one element for each item, made a few at a time as the reader takes them: a thousand snapshots are
 * never in memory together.
 */
function jsonListStream<T>(
  name: string,
  items: readonly T[],
  atOnce: number,
  answer: (item: T) => Promise<unknown>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let next = 0
  return new ReadableStream({
    async pull(controller) {
      const start = next
      next = Math.min(items.length, start + atOnce)
      const answers = await Promise.all(items.slice(start, next).map(answer))
      const opening = start === 0 ? `{${JSON.stringify(name)}:[` : ''
      const separator = start > 0 && answers.length > 0 ? ',' : ''
      const isLast = next === items.length
      const text = answers.map(value => JSON.stringify(value)).join(',')
      controller.enqueue(encoder.encode(opening + separator + text + (isLast ? ']}' : '')))
      if (isLast) controller.close()
    },
  })
}
