import { createRoomBodySchema, updateRoomBodySchema } from '@holdfast/protocol'
import type { Hono } from 'hono'
import type { Random } from '../platform/clock.ts'
import { jsonBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { limitQuery } from './query.ts'
import { answered, doneOf, roomOf } from './results.ts'

/** 120 bits, 20 characters: no two rooms ever get one id, and nobody guesses one. */
const ROOM_ID_BYTES = 15

/** Rooms: make, find, read, change, delete, join, leave. */
export function roomRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.post('/api/rooms', async c => {
    const body = await jsonBody(c, createRoomBodySchema, deps.limits.frameBytes)
    const { room, existed } = roomOf(
      await deps.submit({
        kind: 'room.create',
        actor: actorOf(c),
        roomId: body.id ?? newRoomId(deps.random),
        name: body.name ?? '',
        type: body.type,
        topic: body.topic ?? '',
        ephemeral: body.ephemeral ?? false,
        metadata: body.metadata ?? {},
        members: body.members ?? [],
      }),
    )
    return c.json(room, existed ? 200 : 201)
  })

  app.get('/api/rooms', async c => {
    const page = { actor: actorOf(c), limit: limitQuery(c), cursor: c.req.query('cursor') ?? null }
    if (c.req.query('discover') !== 'true') return c.json(answered(await deps.log.rooms(page)))
    return c.json(answered(await deps.log.discover({ ...page, query: c.req.query('q') ?? '' })))
  })

  app.get('/api/rooms/:id', async c => c.json(answered(await deps.log.room(roomIdOf(c), actorOf(c)))))

  app.patch('/api/rooms/:id', async c => {
    const changes = await jsonBody(c, updateRoomBodySchema, deps.limits.frameBytes)
    const command = { kind: 'room.update', actor: actorOf(c), roomId: roomIdOf(c), changes } as const
    return c.json(roomOf(await deps.submit(command)).room)
  })

  app.delete('/api/rooms/:id', async c => {
    doneOf(await deps.submit({ kind: 'room.delete', actor: actorOf(c), roomId: roomIdOf(c) }))
    return c.body(null, 204)
  })

  app.post('/api/rooms/:id/join', async c =>
    c.json(roomOf(await deps.submit({ kind: 'member.join', actor: actorOf(c), roomId: roomIdOf(c) })).room),
  )

  app.post('/api/rooms/:id/leave', async c => {
    doneOf(await deps.submit({ kind: 'member.leave', actor: actorOf(c), roomId: roomIdOf(c) }))
    return c.body(null, 204)
  })
}

function newRoomId(random: Random): string {
  return Buffer.from(random.bytes(ROOM_ID_BYTES)).toString('base64url')
}
