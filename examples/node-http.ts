/**
 * Holdfast on a plain Node server that has a WebSocket of its own: stock prices on /prices.
 *
 *   node --conditions=holdfast-source examples/node-http.ts
 *
 * `handleUpgrade` answers false, and leaves the socket as it is, when the path is not Holdfast's: then it is yours.
 */
import { createServer } from 'node:http'
import { createHoldfast, toNodeHandler } from '@holdfast/server'
import { WebSocketServer } from 'ws'

const holdfast = await createHoldfast({ store: { kind: 'memory' }, auth: { mode: 'guest' } })
const chat = toNodeHandler(holdfast)

const prices = new WebSocketServer({ noServer: true })
prices.on('connection', socket => {
  socket.send('ACME 12.30')
  socket.on('message', symbol => socket.send(`${symbol} 12.31`))
})

const server = createServer((request, response) => {
  if (request.url === '/about') response.end('A trading floor with a chat\n')
  else chat(request, response)
})
server.on('upgrade', (request, socket, head) => {
  if (holdfast.handleUpgrade(request, socket, head)) return
  if (request.url === '/prices') {
    prices.handleUpgrade(request, socket, head, webSocket => prices.emit('connection', webSocket, request))
  } else socket.destroy()
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address()
  console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`)
})

process.once('SIGTERM', async () => {
  server.close()
  for (const socket of prices.clients) socket.close(1001)
  await holdfast.close()
})
