import { createServer } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

/**
 * The peer that promises nothing: WebSockets, rooms in memory, no store, no order kept beyond the loop's, no resume. What is told is made
 * to text once, and each socket is sent it in a plain loop. It shows what the promises cost.
 */
const rooms = new Map<string, Set<WebSocket>>()
const server = createServer((_request, response) => response.writeHead(404).end())
const sockets = new WebSocketServer({ server, perMessageDeflate: false })

interface Frame {
  readonly type: 'join' | 'send'
  readonly rooms: readonly string[]
  readonly n: number
  readonly roomId: string
  readonly clientId: string
  readonly content: string
}

sockets.on('connection', (socket, request) => {
  const senderId = new URL(request.url ?? '/', 'http://localhost').searchParams.get('user') ?? ''
  const joined: Set<WebSocket>[] = []
  socket.on('message', data => {
    const frame = JSON.parse(String(data)) as Frame
    if (frame.type === 'join') {
      for (const roomId of frame.rooms) joined.push(membersOf(roomId).add(socket))
      socket.send('{"type":"joined"}')
      return
    }
    const { roomId, clientId, content } = frame
    const text = JSON.stringify({ type: 'message', roomId, senderId, clientId, content, createdAt: Date.now() })
    for (const member of membersOf(roomId)) if (member.readyState === WebSocket.OPEN) member.send(text)
    socket.send(`{"type":"ack","n":${frame.n}}`)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    for (const members of joined) members.delete(socket)
  })
})

function membersOf(roomId: string): Set<WebSocket> {
  const members = rooms.get(roomId) ?? new Set()
  rooms.set(roomId, members)
  return members
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') console.log(`listening on http://127.0.0.1:${address?.port}`)
})
process.once('SIGTERM', () => process.exit(0))
