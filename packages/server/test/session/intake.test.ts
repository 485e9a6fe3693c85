import { describe, expect, test } from 'vitest'
import { Intake } from '../../src/session/intake.ts'

function setUp(take: (n: number, intake: Intake) => void) {
  const source = {
    calls: [] as string[],
    pause: () => source.calls.push('pause'),
    resume: () => source.calls.push('resume'),
  }
  const taken: (number | null)[] = []
  const intake: Intake = new Intake(source, {
    take(incoming) {
      const n = incoming?.ok && incoming.frame.type === 'ping' ? (incoming.frame.n ?? null) : null
      taken.push(n)
      if (n !== null) take(n, intake)
    },
  })
  return { source, taken, intake }
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
})
