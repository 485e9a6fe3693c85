import { type DownFrame, decodeUpValue, type Refusal, type SendResult } from '@holdfast/protocol'
import type { Context, Hono } from 'hono'
import type { HistoryRequest } from '../log/room-log.ts'
import { objectBody } from './body.ts'
import type { HttpDeps, HttpEnv } from './deps.ts'
import { actorOf, roomIdOf } from './params.ts'
import { RequestRefused, refuse } from './problem.ts'
import { limitQuery, seqQuery } from './query.ts'
import { answered } from './results.ts'

/** Messages: history, and the three commands, each by way of the frame that a socket would carry. */
export function messageRoutes(app: Hono<HttpEnv>, deps: HttpDeps): void {
  app.get('/api/rooms/:id/messages', async c =>
    c.json(
      answered(
        await deps.log.history({
          roomId: roomIdOf(c),
          actor: actorOf(c),
          limit: limitQuery(c),
          from: historyFrom(c),
        }),
      ),
    ),
  )

  app.post('/api/rooms/:id/messages', async c => {
    const answer = await run(c, deps, {
      ...(await objectBody(c, deps.limits.frameBytes)),
      type: 'message.send',
      roomId: roomIdOf(c),
    })
    if (answer.type !== 'message.ack') throw unexpected(answer)
    const { messageId, seq, at, duplicate } = answer
    return c.json({ messageId, seq, at, duplicate } satisfies SendResult, duplicate ? 200 : 201)
  })

  app.patch('/api/rooms/:id/messages/:messageId', async c => {
    const addressee = { roomId: roomIdOf(c), messageId: c.req.param('messageId') }
    return c.json(
      seqOf(
        await run(c, deps, { ...(await objectBody(c, deps.limits.frameBytes)), type: 'message.edit', ...addressee }),
      ),
    )
  })

  app.delete('/api/rooms/:id/messages/:messageId', async c => {
    const addressee = { roomId: roomIdOf(c), messageId: c.req.param('messageId') }
    return c.json(seqOf(await run(c, deps, { type: 'message.delete', ...addressee })))
  })
}

/** Runs one frame as a session would. An `error` ends the request. */
async function run(c: Context<HttpEnv>, deps: HttpDeps, frame: object): Promise<DownFrame> {
  const decoded = decodeUpValue(frame)?.[0]
  if (decoded === undefined) throw new Error('unable to run a command; it decoded to none')
  const answer = await deps.commands(actorOf(c))(decoded)
  if (answer === null) throw new Error('unable to answer; the command was not answered')
  if (answer.type === 'error') throw new RequestRefused(refusalOf(answer))
  return answer
}

function refusalOf({ code, message, retryAfterMs }: DownFrame & { type: 'error' }): Refusal {
  return { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function seqOf(answer: DownFrame): { readonly seq: number } {
  if (answer.type !== 'ok' || answer.seq === undefined) throw unexpected(answer)
  return { seq: answer.seq }
}

function unexpected(answer: DownFrame): Error {
  return new Error(`unable to answer; the command was answered by ${answer.type}`)
}

/** Which part of the history: one of `cursor`, `around` and `after`, or the latest. */
function historyFrom(c: Context<HttpEnv>): HistoryRequest['from'] {
  const { cursor, around } = c.req.query()
  const after = seqQuery(c, 'after')
  if ([cursor, around, after].filter(given => given !== undefined).length > 1) {
    refuse('bad_request', 'unable to read the query; only one of "cursor", "around" and "after" can be answered')
  }
  if (cursor !== undefined) return { kind: 'before', cursor }
  if (around !== undefined) return { kind: 'around', messageId: around }
  return after === undefined ? { kind: 'latest' } : { kind: 'after', seq: after }
}
