import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTickets, type IssuedTickets, TICKET_LIFE_MS } from '../../src/auth/tickets.ts'
import { ManualPlatform } from './manual-platform.ts'

const ANN = { actor: { userId: 'ann', name: 'Ann', isAdmin: false }, expiresAtMs: 1 }

function setUp() {
  const platform = new ManualPlatform()
  return { platform, tickets: createTickets(platform) }
}

test('a ticket stands for whom it was issued to, once', () => {
  const { tickets } = setUp()
  const ticket = tickets.issue(ANN)
  expect(tickets.redeem(ticket)).toEqual(ANN)
  expect(tickets.redeem(ticket)).toBeNull()
})

test('a ticket is good for 30 s and not a moment longer', () => {
  const { platform, tickets } = setUp()
  const [early, late] = [tickets.issue(ANN), tickets.issue(ANN)]
  platform.pass(TICKET_LIFE_MS - 1)
  expect(tickets.redeem(early)).toEqual(ANN)
  platform.pass(1)
  expect(tickets.redeem(late)).toBeNull()
})

test('of many redemptions at once exactly one gets it', async () => {
  const { tickets } = setUp()
  const ticket = tickets.issue(ANN)
  const results = await Promise.all(Array.from({ length: 50 }, async () => tickets.redeem(ticket)))
  expect(results.filter(result => result !== null)).toHaveLength(1)
})

test('tickets carry 128 bits, and none is like another', () => {
  const { tickets } = setUp()
  const issued = Array.from({ length: 1_000 }, () => tickets.issue(ANN))
  expect(new Set(issued).size).toBe(1_000)
  for (const ticket of issued) expect(Buffer.from(ticket, 'base64url')).toHaveLength(16)
})

test.each(['', 'unknown', '__proto__', 'constructor'])('%j stands for nobody', ticket => {
  expect(setUp().tickets.redeem(ticket)).toBeNull()
})

/** `count` tickets of different people. */
function issueToMany(tickets: IssuedTickets, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => tickets.issue({ ...ANN, actor: { ...ANN.actor, userId: `u${i}` } }))
}

test('however many are issued, a bounded number is kept: the oldest gives way', () => {
  const { tickets } = setUp()
  const issued = issueToMany(tickets, 100_001)
  expect(tickets.redeem(issued[0] ?? '')).toBeNull()
  expect(tickets.redeem(issued[1] ?? '')).toMatchObject({ actor: { userId: 'u1' } })
  expect(tickets.redeem(issued.at(-1) ?? '')).toMatchObject({ actor: { userId: 'u100000' } })
})

test('nobody’s tickets push out those of others: one person’s oldest gives way to their own', () => {
  const { tickets } = setUp()
  const [other] = issueToMany(tickets, 1)
  const own = Array.from({ length: 10_000 }, () => tickets.issue(ANN))
  expect(tickets.redeem(other ?? '')).not.toBeNull()
  expect(own.filter(ticket => tickets.redeem(ticket) !== null)).toEqual(own.slice(-20))
})

test('a hundred people who each ask for a hundred push out nobody else’s', () => {
  const { tickets } = setUp()
  const ticket = tickets.issue(ANN)
  for (let round = 0; round < 100; round++) issueToMany(tickets, 100)
  expect(tickets.redeem(ticket)).toEqual(ANN)
})

test('whatever is issued and redeemed in whatever order, each ticket stands for its own person and once', () => {
  const steps = fc.array(
    fc.oneof(
      fc.nat(3).map(person => ({ person })),
      fc.nat(30).map(redeem => ({ redeem })),
    ),
  )
  fc.assert(
    fc.property(steps, script => {
      const { tickets } = setUp()
      const open: { ticket: string; userId: string }[] = []
      for (const step of script) {
        if ('person' in step) {
          const userId = `u${step.person}`
          open.push({ ticket: tickets.issue({ ...ANN, actor: { ...ANN.actor, userId } }), userId })
        } else {
          const [taken] = open.splice(step.redeem, 1)
          if (taken === undefined) continue
          expect(tickets.redeem(taken.ticket)?.actor.userId).toBe(taken.userId)
          expect(tickets.redeem(taken.ticket)).toBeNull()
        }
      }
    }),
  )
})
