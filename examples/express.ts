/**
 * Holdfast inside an Express application that has routes, a JSON body parser and users of its own.
 *
 *   node --conditions=holdfast-source examples/express.ts
 *
 * The application says who somebody is: it signs a short-lived token for whoever it has logged in, and Holdfast, which
 * knows the same secret, believes it. Everything of Holdfast's lies below /chat; all other paths stay the application's.
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createHoldfast, toNodeHandler } from '@holdfast/server'
import express from 'express'
import { SignJWT } from 'jose'

const secret = process.env.CHAT_SECRET ?? randomBytes(32).toString('hex')
const holdfast = await createHoldfast({
  store: { kind: 'memory' }, // { kind: 'sqlite', dataDir: './chat-data' } keeps everything
  auth: { mode: 'jwt', secret },
  basePath: '/chat',
})

const app = express()
app.use(express.json()) // reads every body before Holdfast sees the request: that is fine
app.use('/chat', toNodeHandler(holdfast))

app.post('/orders', (request, response) => {
  response.status(201).json({ ordered: request.body.item })
})

app.post('/chat-token', async (request, response) => {
  const { user } = request.body // a real application takes this from its session, never from the request
  const token = await new SignJWT({ name: user })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(secret))
  response.json({ token })
})

const server = createServer(app)
server.on('upgrade', (request, socket, head) => {
  if (!holdfast.handleUpgrade(request, socket, head)) socket.destroy() // a path that is not Holdfast's
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address()
  console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`)
})

process.once('SIGTERM', async () => {
  server.close()
  await holdfast.close() // tells everybody to reconnect elsewhere, and loses nothing that was acknowledged
})
