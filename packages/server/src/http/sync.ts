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
import { actorOf, countUnderWay, roomIdOf } from './params.ts'
import { intQuery, seqQuery } from './query.ts'
import { answered } from './results.ts'

/** Answers of one `POST /api/sync` that are kept for when the very same is asked again: named often, a room is read once. */
const KEPT_ANSWERS = 8
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
    countUnderWay(c, deps.underWay?.syncs)
    const { rooms } = await jsonBody(c, syncBodySchema, SYNC_BODY_BYTES)
    const actor = actorOf(c)
    const answer = remembered(room => syncOne(deps, actor, room))
    const stream = jsonListStream('rooms', rooms, async room => {
      // A thousand rooms are read in one go otherwise: in between everyone else has their turn.
      await new Promise<void>(resolve => deps.scheduler.soon(resolve))
      return answer(room)
    })
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
  if (opened.kind === 'snapshot') return { kind: 'snapshot', ...opened.snapshot }
  const { kind, epoch, seq, events } = opened
  return { kind, epoch, seq, events }
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

/** `answer` as JSON, asked once for what is the same as one of the latest few. */
function remembered(answer: (room: RoomCursor) => Promise<RoomSyncAnswer>): (room: RoomCursor) => Promise<string> {
  const kept = new Map<string, string>()
  return async room => {
    const key = JSON.stringify([room.roomId, cursorOf(room)])
    const json = kept.get(key) ?? JSON.stringify(await answer(room))
    kept.delete(key)
    kept.set(key, json)
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_ANSWERS) break
      kept.delete(oldest)
    }
    return json
  }
}

/** `{"<name>": […]}` with one element for each item, made as the reader takes them: a thousand snapshots are never in memory together. */
function jsonListStream<T>(
  name: string,
  items: readonly T[],
  jsonOf: (item: T) => Promise<string>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const rest = items.values()
  let separator = `{${JSON.stringify(name)}:[`
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = rest.next()
      if (done) {
        controller.enqueue(encoder.encode(`${items.length === 0 ? separator : ''}]}`))
        controller.close()
        return
      }
      controller.enqueue(encoder.encode(separator + (await jsonOf(value))))
      separator = ','
    },
  })
}
