/**
 * Tests of an application, without a server and without waiting: `node --test helpdesk-test.ts`, or with any other test runner.
 * Hours pass in a moment, and the network fails in the way that each test names.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type Client, createClient } from '@holdfast/client'
import {
  assertConverged,
  createFakeServer,
  diesBeforeAck,
  type FakeServer,
  losesEvents,
  rateLimited,
  repeatsEvents,
  times,
  VirtualTime,
} from '@holdfast/client/testing'
import { startHelpdesk } from './helpdesk.ts'

const DESK = 'desk'
let time: VirtualTime
let server: FakeServer
let bot: Client
let customer: Client
let stop: () => void

beforeEach(async () => {
  time = new VirtualTime()
  server = createFakeServer({ time })
  server.room(DESK, 'bot', 'customer')
  bot = createClient(server.clientOptions('bot'))
  customer = createClient(server.clientOptions('customer'))
  stop = startHelpdesk(bot, DESK, question => `About "${question}": somebody will call you.`)
  customer.room(DESK).open()
  customer.connect()
  await assertConverged([bot, customer], DESK, { server })
})
afterEach(() => stop())

const faults = { diesBeforeAck, losesEvents, repeatsEvents, 'rate limit': rateLimited(2_000) }
for (const [name, behaviour] of Object.entries(faults)) {
  test(`each question is answered once, in order: ${name}`, async () => {
    server.behaviour = times(2, behaviour)
    customer.room(DESK).send('Where is my order?')
    await time.advance(60_000)
    customer.room(DESK).send('Hello?')
    await assertConverged([bot, customer], DESK, { server, within: 60_000 })
    const said = server.room(DESK).messages.map(({ senderId, content }) => `${senderId}: ${content}`)
    assert.equal(said.filter(line => line.startsWith('bot:')).length, 2, said.join('\n'))
    assert.match(said.at(-1) ?? '', /^bot: About "Hello\?"/)
  })
}
