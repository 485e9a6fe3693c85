import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../../src/observe/logger.ts'
import { createHoldfast } from '../../src/server.ts'
import { SECRET } from '../support/tokens.ts'
import type { Footprint } from './measured.ts'

/**
 * A server in a process of its own, so that its memory is the server's alone. Besides its port it has a door that is a Unix
 * socket, of which the kernel holds little. Arguments: the door, the data folder, the bytes that a session may have unsent,
 * and the messages that a person may send a second (0: nothing is limited).
 */
const [, , door = '', dataDir = '', sendQueueBytes = '', sendRate = ''] = process.argv

const faults: string[] = []
const note = (fields: object, message: string) =>
  faults.push(
    `${message}: ${'err' in fields && fields.err instanceof Error ? fields.err.stack : JSON.stringify(fields)}`,
  )
const logger: Logger = { debug() {}, info() {}, warn: note, error: note }

const holdfast = await createHoldfast({
  store: { kind: 'sqlite', dataDir },
  auth: { mode: 'guest', secret: SECRET },
  sendRate: Number(sendRate),
  logger,
  limits: { sendQueueBytes: Number(sendQueueBytes), slowReaderMs: 300_000, heartbeatMs: 300_000 },
})
const nearEnds = new Set<Socket>()
const server = createServer()
server.on('upgrade', (request, socket: Socket, head) => {
  nearEnds.add(socket)
  socket.once('close', () => nearEnds.delete(socket))
  holdfast.handleUpgrade(request, socket, head)
})
server.listen(door)
const { url } = await holdfast.listen({ host: '127.0.0.1', port: 0 })

function footprint(): Footprint {
  // More than once: what is let go of in one pass may let go of more.
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const unsent = [...nearEnds].map(socket => socket.writableLength)
  const most = Math.max(0, ...unsent)
  return { live: heapUsed + external, rss, sockets: unsent.length, unsent: sum(unsent), most, faults }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

process.on('message', () => process.send?.(footprint()))
process.on('disconnect', () => process.exit())
process.send?.({ url })
