import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { bounded } from '../src/bounded.ts'
import { expectSuccess } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { makeRoom } from '../src/rooms.ts'
import { untilPresence } from '../src/signals.ts'
import { refusedUpgrade, Socket } from '../src/socket.ts'

// The waits of these statements are in the contract: they run at the same time, in one worker that costs no core.

/** Protocol §4: session.hello within 10 s. */
const HELLO_MS = 10_000

/** Protocol §3: a ticket is valid 30 s. */
const TICKET_MS = 30_000

/** Protocol §6: a ping every 30 s. */
const PING_MS = 30_000

/** Protocol §6: a session is dropped after 90 s of silence. */
const SILENCE_MS = 90_000

/** What a busy machine and a coarse timer may add to a wait. */
const SLACK_MS = 30_000

test.concurrent('[P4.hello.11] without session.hello within 10 s the socket closes with 4500', async () => {
  const ann = await person('ann')
  const [mute, prompt] = [await Socket.connect(ann.at, { token: ann.token }), await ann.connect()]
  expect((await mute.closes(HELLO_MS + SLACK_MS)).code).toBe(4500)
  await prompt.fence()
})

test.concurrent('[P3.ticket.5] a ticket is refused once its 30 s are over', {
  timeout: TICKET_MS + 2 * SLACK_MS,
}, async () => {
  const ann = await person('ann')
  const { ticket } = expectSuccess(await ann.api.post<{ ticket: string }>('/api/tickets'))
  await sleep(TICKET_MS + 1000)
  expect(await refusedUpgrade(ann.at, { query: `?ticket=${encodeURIComponent(ticket)}` })).toBe(401)
})

test.concurrent('[P6.ping.1] the server pings at WebSocket level every 30 s', {
  timeout: PING_MS + 2 * SLACK_MS,
}, async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const pinged = new Promise<void>(resolve => socket.ws.once('ping', () => resolve()))
  await bounded(pinged, () => 'a WebSocket ping', PING_MS + SLACK_MS)
  await socket.fence()
})

test.concurrent('[P6.silent.1] a session silent for 90 s is dropped with 4012, one that answers pings is not', {
  timeout: SILENCE_MS + 3 * SLACK_MS,
}, async () => {
  const ann = await person('ann')
  const silent = await Socket.connect(ann.at, { token: ann.token, ws: { autoPong: false } })
  await silent.hello()
  const answering = await ann.connect()
  expect((await silent.closes(SILENCE_MS + 2 * SLACK_MS)).code).toBe(4012)
  await answering.fence()
})

test.concurrent('[P4.presence.13] whose session stayed silent for 90 s is offline', {
  timeout: SILENCE_MS + 3 * SLACK_MS,
}, async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const watcher = await ann.connect()
  await watcher.open(roomId)
  const silent = await Socket.connect(bob.at, { token: bob.token, ws: { autoPong: false } })
  await silent.hello()
  await untilPresence(watcher, bob.id, { status: 'online' })
  await silent.closes(SILENCE_MS + 2 * SLACK_MS)
  await untilPresence(watcher, bob.id, { status: 'offline' })
})
