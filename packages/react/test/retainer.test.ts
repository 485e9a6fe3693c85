import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Retainer } from '../src/retainer.ts'

/** Timers that a test fires by hand. */
class ManualTimers {
  readonly #tasks = new Set<() => void>()

  readonly later = (task: () => void): (() => void) => {
    this.#tasks.add(task)
    return () => this.#tasks.delete(task)
  }

  fire(): void {
    for (const task of [...this.#tasks]) {
      this.#tasks.delete(task)
      task()
    }
  }
}

function setUp() {
  const timers = new ManualTimers()
  const log: string[] = []
  const acquire = () => {
    log.push('acquire')
    return () => void log.push('release')
  }
  return { timers, log, key: {}, retainer: new Retainer<object>(acquire, () => 1_000, timers.later) }
}

describe('Retainer', () => {
  it('acquires once for any number of holders', () => {
    const { retainer, key, log } = setUp()
    retainer.retain(key)
    retainer.retain(key)
    expect(log).toEqual(['acquire'])
  })

  it('lets go only when the linger of the last holder is over', () => {
    const { retainer, key, log, timers } = setUp()
    const first = retainer.retain(key)
    const second = retainer.retain(key)
    first()
    timers.fire()
    expect(log).toEqual(['acquire'])
    second()
    expect(log).toEqual(['acquire'])
    timers.fire()
    expect(log).toEqual(['acquire', 'release'])
  })

  it('is renewed for those who hold it, who let go of it as before; where nobody does, nothing is', () => {
    const { retainer, key, log, timers } = setUp()
    retainer.renew(key)
    expect(log).toEqual([])
    const release = retainer.retain(key)
    retainer.renew(key)
    expect(log).toEqual(['acquire', 'release', 'acquire'])
    release()
    timers.fire()
    expect(log).toEqual(['acquire', 'release', 'acquire', 'release'])
  })

  it('goes on with what is held when somebody retains within the linger', () => {
    const { retainer, key, log, timers } = setUp()
    retainer.retain(key)()
    const release = retainer.retain(key)
    timers.fire()
    expect(log).toEqual(['acquire'])
    release()
    timers.fire()
    expect(log).toEqual(['acquire', 'release'])
  })

  it('counts a release that is called twice once', () => {
    const { retainer, key, log, timers } = setUp()
    const first = retainer.retain(key)
    retainer.retain(key)
    first()
    first()
    timers.fire()
    expect(log).toEqual(['acquire'])
  })

  it('keeps keys apart', () => {
    const { retainer, log, timers } = setUp()
    const release = retainer.retain({})
    retainer.retain({})
    release()
    timers.fire()
    expect(log).toEqual(['acquire', 'acquire', 'release'])
  })

  it('holds exactly while somebody holds or lingers, whatever the order of mounts, unmounts and timers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('retain', 'release', 'fire')), steps => {
        const { retainer, key, log, timers } = setUp()
        const releases: (() => void)[] = []
        for (const step of steps) {
          if (step === 'retain') releases.push(retainer.retain(key))
          else if (step === 'release') releases.pop()?.()
          else timers.fire()
          const isHeld = log.at(-1) === 'acquire'
          if (releases.length > 0) expect(isHeld).toBe(true)
          if (releases.length === 0 && step === 'fire') expect(isHeld).toBe(false)
        }
        expect(log).toEqual(log.map((_, index) => (index % 2 === 0 ? 'acquire' : 'release')))
      }),
    )
  })
})
