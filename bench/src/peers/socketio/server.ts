import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { jwtVerify } from 'jose'
import { createClient } from 'redis'
import { Server } from 'socket.io'
import { SECRET } from '../../dialects/http-api.ts'
import { MessageTable } from './message-table.ts'

/**
 * What a team would otherwise write, in the shape that most tutorials give: WebSocket alone and no compression; `pg`'s pool as delivered; one INSERT … RETURNING for a message,
 * in a transaction of its own; told to the room when it is written, then acknowledged; the Redis adapter, so that a second node could stand beside
 * it. Tuned, its INSERT is prepared, and PostgreSQL and Redis are reached by Unix sockets; plain, the INSERT is text and they are reached over TCP.
 */
const { POSTGRES_HOST = '', POSTGRES_PORT, REDIS_SOCKET = '', REDIS_PORT } = process.env

const table = await MessageTable.open(POSTGRES_HOST, POSTGRES_PORT === undefined ? null : Number(POSTGRES_PORT))
const publisher = createClient({
  socket:
    REDIS_PORT === undefined ? { path: REDIS_SOCKET, tls: false } : { host: '127.0.0.1', port: Number(REDIS_PORT) },
})
const subscriber = publisher.duplicate()
await Promise.all([publisher.connect(), subscriber.connect()])

const server = createServer((request, response) => {
  answer(request, response).catch(error => response.writeHead(500).end(String(error)))
})
const io = new Server(server, {
  transports: ['websocket'],
  perMessageDeflate: false,
  adapter: createAdapter(publisher, subscriber),
})

io.use((socket, next) => {
  jwtVerify(socket.handshake.auth.token, new TextEncoder().encode(SECRET))
    .then(({ payload }) => {
      socket.data.userId = payload.sub
      next()
    })
    .catch(() => next(new Error('unauthorized')))
})

interface Send {
  readonly roomId: string
  readonly clientId: string
  readonly content: string
}

io.on('connection', socket => {
  socket.on('join', async (roomIds: string[], done: (answer: object) => void) => {
    await socket.join(roomIds)
    done({ ok: true })
  })
  socket.on('send', async ({ roomId, clientId, content }: Send, done: (answer: object) => void) => {
    try {
      const senderId: string = socket.data.userId
      const { id, createdAt } = await table.insert(roomId, senderId, clientId, content)
      io.to(roomId).emit('message', { id, roomId, senderId, clientId, content, createdAt })
      done({ ok: true, id, createdAt })
    } catch (error) {
      done({ ok: false, error: String(error) })
    }
  })
})

/** What the audit reads. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const roomId = /^\/rooms\/([\w-]+)\/log$/.exec(request.url ?? '')?.[1]
  const clientIds = roomId === undefined ? [] : await table.clientIds(roomId)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ clientIds }))
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') console.log(`listening on http://127.0.0.1:${address?.port}`)
})
process.once('SIGTERM', () => process.exit(0))
