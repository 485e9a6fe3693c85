import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../src/bounded.ts'
import type { ErrorFrame } from '../../src/contract.ts'
import { expectProblem } from '../../src/http.ts'
import { type OwnServer, startServer } from '../../src/own-server.ts'
import { type Person, person } from '../../src/people.ts'
import { history, makeRoom, roomPath } from '../../src/rooms.ts'
import type { Sent, Socket } from '../../src/socket.ts'
import { unique } from '../../src/unique.ts'

/** Messages of one burst: above what any burst allowance of the default (100) lets through at this rate. */
const BURST = 120
const RATE = 2

let server: OwnServer

beforeAll(async () => {
  server = await startServer({ env: { HOLDFAST_SEND_RATE: String(RATE) } })
})

afterAll(() => server.dispose())

interface Try {
  readonly clientId: string
  readonly answer: Sent
}

/** A user with a room of his own and a socket. */
async function scene(): Promise<{ ann: Person; roomId: string; socket: Socket }> {
  const ann = await person('ann', server)
  return { ann, roomId: await makeRoom(ann), socket: await ann.connect() }
}

/** Sends a burst in one go and returns the answers in the order sent. */
async function burst(socket: Socket, roomId: string, size = BURST): Promise<Try[]> {
  const clientIds = Array.from({ length: size }, () => unique('c'))
  socket.send(clientIds.map(clientId => ({ type: 'message.send', clientId, roomId, content: clientId })))
  return Promise.all(clientIds.map(async clientId => ({ clientId, answer: await socket.answerTo(clientId) })))
}

function codeOf(answer: Sent): string {
  return answer.type === 'error' ? answer.code : 'sent'
}

/** The first refusal of a burst, of which there must be one. */
function firstRefusal(tries: readonly Try[]): { clientId: string; error: ErrorFrame } {
  for (const { clientId, answer } of tries) if (answer.type === 'error') return { clientId, error: answer }
  throw new Error('the burst was not limited')
}

/** Sends that message until it is no longer refused for the rate; returns the outcome. */
function sendWhenAllowed(socket: Socket, roomId: string, clientId: string): Promise<string> {
  const look = async () => {
    const code = codeOf(await socket.say(roomId, clientId, { clientId }))
    return code === 'rate_limited' ? undefined : code
  }
  return eventually(look, `a send of ${clientId} that is not rate limited`)
}

test('[P2.5.1] over the rate a send gets rate_limited, retryable; every later one out_of_order, retryable', async () => {
  const { roomId, socket } = await scene()
  const tries = await burst(socket, roomId)
  const { clientId, error } = firstRefusal(tries)
  expect(error).toMatchObject({ code: 'rate_limited', retryable: true, roomId, clientId })
  const behind = tries.slice(tries.findIndex(one => one.clientId === clientId) + 1)
  expect(new Set(behind.map(one => codeOf(one.answer)))).toEqual(new Set(['out_of_order']))
  for (const { answer } of behind) expect(answer).toMatchObject({ retryable: true })
})

test('[P2.5.2] the refused clientId sent again lifts the block; those refused behind it need no cancel', async () => {
  const { roomId, socket } = await scene()
  const tries = await burst(socket, roomId)
  const { clientId } = firstRefusal(tries)
  const behind = tries.at(-1)?.clientId ?? ''
  expect(codeOf(await socket.say(roomId, behind, { clientId: behind }))).toBe('out_of_order')
  expect(await sendWhenAllowed(socket, roomId, clientId)).toBe('sent')
  expect(await sendWhenAllowed(socket, roomId, unique('new'))).toBe('sent')
})

test('[P2.5.3] message.cancel gives the refused message up and lifts the block', async () => {
  const { ann, roomId, socket } = await scene()
  const { clientId } = firstRefusal(await burst(socket, roomId))
  expect(await socket.request({ type: 'message.cancel', clientId, roomId })).toMatchObject({ type: 'ok' })
  expect(await sendWhenAllowed(socket, roomId, unique('new'))).toBe('sent')
  const page = await history(ann, roomId, '?limit=100')
  expect(page.messages.map(message => message.clientId)).not.toContain(clientId)
})

test('[P2.5.4] cancelling one that was refused behind the first does not lift the block', async () => {
  const { roomId, socket } = await scene()
  const tries = await burst(socket, roomId)
  const behind = tries.at(-1)?.clientId ?? ''
  expect(await socket.request({ type: 'message.cancel', clientId: behind, roomId })).toMatchObject({ type: 'ok' })
  expect(codeOf(await socket.say(roomId, 'other'))).toBe('out_of_order')
})

test('[P2.5.5] the block is that of one session and one room', async () => {
  const { ann, roomId, socket } = await scene()
  const elsewhere = await makeRoom(ann)
  firstRefusal(await burst(socket, roomId))
  expect(codeOf(await socket.say(elsewhere, 'another room'))).not.toBe('out_of_order')
  const other = await ann.connect()
  expect(codeOf(await other.say(roomId, 'another session'))).not.toBe('out_of_order')
})

test('[P2.5.6] a client that sends again in order ends with all its messages in the order sent', async () => {
  const { ann, roomId, socket } = await scene()
  const tries = await burst(socket, roomId, 16)
  for (const { clientId, answer } of tries) {
    if (answer.type === 'error') expect(await sendWhenAllowed(socket, roomId, clientId)).toBe('sent')
  }
  const page = await history(ann, roomId, '?limit=100')
  expect(page.messages.map(message => message.clientId)).toEqual(tries.map(one => one.clientId))
})

test('[P4.rate.1] the rate is that of the user, over all sessions and transports; over HTTP it answers 429', async () => {
  const { ann, roomId, socket } = await scene()
  firstRefusal(await burst(socket, roomId))
  const post = () => ann.api.post(roomPath(roomId, '/messages'), { clientId: unique('c'), content: 'over HTTP' })
  const answers = await Promise.all(Array.from({ length: 30 }, post))
  const refused = answers.filter(answer => answer.status !== 201)
  expect(refused.length).toBeGreaterThan(0)
  for (const answer of refused) expectProblem(answer, 429, 'rate_limited')
})

test('[P4.rate.2] one user’s rate is not another’s', async () => {
  const { roomId, socket } = await scene()
  firstRefusal(await burst(socket, roomId))
  const next = await scene()
  expect(codeOf(await next.socket.say(next.roomId, 'hello'))).toBe('sent')
})

test('[P4.rate.3] limits.sendRate of the welcome is the rate configured', async () => {
  const { socket } = await scene()
  const welcome = socket.log.find(frame => frame.type === 'session.welcome')
  expect(welcome?.limits.sendRate).toBe(RATE)
})
