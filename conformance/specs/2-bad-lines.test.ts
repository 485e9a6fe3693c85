import { describe, expect, test } from 'vitest'
import type { Fault } from '../src/chaos/proxy.ts'
import { type Odds, seeded } from '../src/chaos/script.ts'
import { type Outcome, overBadLine } from '../src/crowded-line.ts'
import { Random } from '../src/random.ts'
import { identityOf } from '../src/shape.ts'

/** What is asked of a line: its odds, and the fault that then must have happened. */
interface Line {
  readonly odds: Odds
  readonly fault: (fault: Fault) => boolean
}

const isCut = ({ action }: Fault) => action.kind === 'cut' && action.ending !== 'silence'

const EVERYTHING: Line = {
  odds: {
    cut: 0.02,
    silence: 0.01,
    lose: 0.1,
    repeat: 0.1,
    swap: 0.05,
    drip: 0.01,
    delayMs: { from: 0, to: 20 },
  },
  fault: isCut,
}

const LINES: Readonly<Record<string, Line>> = {
  'is cut': { odds: { cut: 0.1 }, fault: isCut },
  'falls silent': {
    odds: { silence: 0.05 },
    fault: ({ action }) => action.kind === 'cut' && action.ending === 'silence',
  },
  'loses answers': { odds: { lose: 0.5 }, fault: ({ unit, action }) => unit === 'answer' && action.kind === 'cut' },
  'brings everything twice': { odds: { repeat: 1 }, fault: ({ action }) => action.kind === 'repeat' },
  'swaps what different people send': { odds: { swap: 0.3 }, fault: ({ action }) => action.kind === 'swap' },
  drips: { odds: { drip: 0.05 }, fault: ({ action }) => action.kind === 'drip' },
  'is slow': { odds: { delayMs: { from: 0, to: 60 } }, fault: ({ action }) => action.kind === 'delay' },
  'does all of that': EVERYTHING,
  'does all of that in another order': EVERYTHING,
  'does all of that in a third order': EVERYTHING,
  'does all of that, and is cut all the time': {
    odds: { ...EVERYTHING.odds, cut: 0.2, lose: 0.3 },
    fault: isCut,
  },
}

/** What came of a line takes seconds, on a slow machine many; this bounds a hang. */
const LINE_MS = 180_000

const { seed } = Random.fresh()

const outcomes = new Map<string, Promise<Outcome>>()

/** What came of the line; its tests share it. */
function outcomeOf(name: string): Promise<Outcome> {
  const known = outcomes.get(name)
  if (known !== undefined) return known
  const own = seed + Object.keys(LINES).indexOf(name)
  const outcome = overBadLine(seeded(own, LINES[name]?.odds ?? {}), own)
  outcomes.set(name, outcome)
  return outcome
}

describe.each(Object.entries(LINES))(
  `a line that %s (HOLDFAST_SEED=${seed})`,
  { timeout: LINE_MS },
  (name, { fault }) => {
    test('[P2.1.2] over a bad line too all readers see the same events in the same order, that of the log', async () => {
      const { log, readers, from, faults } = await outcomeOf(name)
      expect(faults.some(fault), 'the line was bad').toBe(true)
      const expected = log.slice(from).map(identityOf)
      for (const reader of readers) expect(reader.events.map(identityOf)).toEqual(expected)
    })

    test('[P2.2.4] over a bad line too each subscription goes on behind its cursor, without gap, repeat or snapshot', async () => {
      const { log, readers } = await outcomeOf(name)
      expect(readers.flatMap(reader => reader.breaches)).toEqual([])
      expect(log.map(event => event.seq)).toEqual(log.map((_, index) => index + 1))
    })

    test('[P2.3.4] over a bad line too what is acknowledged is in the log, where and as every ack of it says', async () => {
      const { log, writers } = await outcomeOf(name)
      for (const { clientId, acks } of writers.flat()) {
        expect(acks.length, `${clientId} was acknowledged`).toBeGreaterThan(0)
        for (const { seq, messageId, at } of acks) {
          expect(log[seq - 1]).toMatchObject({ seq, at, message: { id: messageId, clientId } })
        }
      }
    })

    test('[P2.4.10] over a bad line too each message is in the log once, however often it was sent', async () => {
      const { log, writers } = await outcomeOf(name)
      const kept = log.flatMap(({ message }) => (message === undefined ? [] : [message.clientId]))
      const given = writers.flat().map(({ clientId }) => clientId)
      expect([...kept].sort()).toEqual([...given].sort())
      for (const { acks } of writers.flat()) {
        expect(acks.filter(ack => !ack.duplicate).length, 'the first send is acknowledged once').toBeLessThanOrEqual(1)
      }
    })

    test('[P2.5.9] over a bad line too what one client sends again in order is in the order first sent', async () => {
      const { log, writers } = await outcomeOf(name)
      const kept = log.flatMap(({ message }) => (message === undefined ? [] : [message.clientId]))
      for (const writer of writers) {
        const given = writer.map(({ clientId }) => clientId)
        expect(kept.filter(clientId => given.includes(clientId))).toEqual(given)
      }
    })
  },
)
