import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Intake, MAX_WAITING } from '../../src/session/intake.ts'

const FRAME_BYTES = 65_536

function setUp(take: (n: number, intake: Intake) => void) {
  const source = {
    calls: [] as string[],
    pause: () => source.calls.push('pause'),
    resume: () => source.calls.push('resume'),
  }
  const taken: (number | null)[] = []
  const overruns: number[] = []
  const intake: Intake = new Intake(
    source,
    {
      onOverrun: () => overruns.push(taken.length),
      take(incoming) {
        const n = incoming?.ok && incoming.frame.type === 'ping' ? (incoming.frame.n ?? null) : null
        taken.push(n)
        if (n !== null) take(n, intake)
      },
    },
    FRAME_BYTES,
  )
  return { source, taken, overruns, intake }
}

const pings = (...numbers: number[]) => JSON.stringify(numbers.map(n => ({ type: 'ping', n })))

describe('the intake of a session', () => {
  test('takes frames in order, text that is none among them', () => {
    const { intake, taken } = setUp(() => {})
    intake.arrive(pings(1, 2))
    intake.arrive('nonsense')
    intake.arrive(pings(3))
    expect(taken).toEqual([1, 2, null, 3])
  })

  test('stops in the middle of a message, and goes on where it stopped when the last reason is gone', () => {
    const { intake, taken, source } = setUp((n, self) => {
      if (n === 2) self.hold('busy')
    })
    intake.arrive(pings(1, 2, 3))
    intake.hold('lagging')
    intake.arrive(pings(4))
    intake.release('busy')
    expect([taken, source.calls]).toEqual([
      [1, 2],
      ['pause', 'pause'],
    ])
    intake.release('lagging')
    expect([taken, source.calls.at(-1)]).toEqual([[1, 2, 3, 4], 'resume'])
    intake.release('lagging')
    expect(source.calls.filter(call => call === 'resume')).toHaveLength(1)
  })

  test('a reason that comes and goes while a frame is taken repeats and skips nothing', () => {
    const { intake, taken } = setUp((_, self) => {
      self.hold('busy')
      self.release('busy')
    })
    intake.arrive(pings(1, 2, 3))
    expect(taken).toEqual([1, 2, 3])
  })

  test('what waits is forgotten when the session is over', () => {
    const { intake, taken } = setUp((_, self) => self.clear())
    intake.arrive(pings(1, 2, 3))
    expect(taken).toEqual([1])
  })

  test('what waits is kept as text: a message of small objects is twenty times as large when it is read', () => {
    const { intake } = setUp(() => {})
    const objects = `[${Array.from({ length: 20_000 }, () => '{}').join()}]`
    intake.hold('busy')
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 15; i++) intake.arrive(objects)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * MAX_WAITING)
  })

  test('no more waits than may: what comes beyond is not kept, and the taker is told', () => {
    const { intake, taken, overruns } = setUp(() => {})
    const message = pings(1).padEnd(FRAME_BYTES)
    const fitting = MAX_WAITING / FRAME_BYTES + 1
    for (const round of [1, 2]) {
      intake.hold('busy')
      for (let i = 0; i < fitting; i++) intake.arrive(message)
      expect(overruns).toHaveLength(round - 1)
      intake.arrive(message)
      expect(overruns).toHaveLength(round)
      intake.release('busy')
      expect(taken).toHaveLength(fitting * round)
    }
  })

  test('whenever it is held and released, each frame is taken once and in its turn', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('hold', 'release')))
    fc.assert(
      fc.property(steps, fc.nat({ max: 3 }), (told, stopAt) => {
        const { intake, taken } = setUp((n, self) => {
          if (n % 4 === stopAt) self.hold('lagging')
        })
        let sent = 0
        for (const step of told) {
          if (step === 'hold') intake.hold('busy')
          else if (step === 'release') intake.release('busy')
          else intake.arrive(pings(...Array.from({ length: step }, () => sent++)))
        }
        intake.release('busy')
        for (let i = 0; i <= sent; i++) intake.release('lagging')
        expect(taken).toEqual(Array.from({ length: sent }, (_, n) => n))
      }),
    )
  })
})
