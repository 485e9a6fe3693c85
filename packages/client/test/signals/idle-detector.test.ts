import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Scheduler } from '../../src/index.ts'
import { ACTIVITY_EVERY_MS, IdleDetector } from '../../src/signals/idle-detector.ts'
import { VirtualTime } from '../../src/testing.ts'

const AFTER = 300_000
const WARN = 60_000

/** The tabs of one browser. What one posts reaches the others a moment later, in order. */
class Browser {
  readonly time = new VirtualTime()
  slept = 0
  readonly tabs: Tab[] = []
  posts = 0
  readonly clock = {
    monoMs: () => this.time.now,
    wallMs: () => this.time.clock.wallMs() + this.slept,
  }

  /** `isSlow`: its timers do not run, as those of a tab that is hidden for long. */
  open(isInput = true, isSlow = false, warnMs = WARN): Tab {
    const tab = new Tab(this, isInput, isSlow ? { after: () => () => {} } : this.time.scheduler, warnMs)
    this.tabs.push(tab)
    return tab
  }
}

class Tab {
  isIdle = false
  warnings = 0
  isWarned = false
  readonly heard = new Set<(at: number) => void>()
  input: () => void = () => {}
  readonly detector: IdleDetector
  readonly #browser: Browser

  constructor(browser: Browser, isInput: boolean, scheduler: Scheduler, warnMs = WARN) {
    this.#browser = browser
    this.detector = new IdleDetector(
      {
        clock: browser.clock,
        scheduler,
        activity: {
          watch: onActivity => {
            this.input = onActivity
            return () => {
              this.input = () => {}
            }
          },
        },
        openChannel: onPost => {
          this.heard.add(onPost)
          return { post: at => this.#post(at), close: () => this.heard.delete(onPost) }
        },
        afterMs: AFTER,
        warnMs,
        onWarning: isDue => {
          this.isWarned = isDue
          if (isDue) this.warnings++
        },
        onIdle: isIdle => {
          this.isIdle = isIdle
        },
      },
      isInput,
    )
  }

  close(): void {
    this.detector.close()
    this.#browser.tabs.splice(this.#browser.tabs.indexOf(this), 1)
  }

  #post(at: number): void {
    this.#browser.posts++
    this.#browser.time.scheduler.after(0, () => {
      for (const tab of this.#browser.tabs) if (tab !== this) for (const hear of tab.heard) hear(at)
    })
  }
}

describe('the idle detector', () => {
  test('warns a minute before, and says away after five minutes without input; input brings back at once', async () => {
    const browser = new Browser()
    const tab = browser.open()
    await browser.time.advance(AFTER - WARN - 1)
    expect([tab.warnings, tab.isIdle]).toEqual([0, false])
    await browser.time.advance(1)
    expect([tab.warnings, tab.isIdle]).toEqual([1, false])
    await browser.time.advance(WARN - 1)
    expect([tab.warnings, tab.isIdle]).toEqual([1, false])
    await browser.time.advance(1)
    expect([tab.warnings, tab.isIdle]).toEqual([1, true])
    await browser.time.advance(10 * AFTER)
    tab.input()
    expect([tab.warnings, tab.isIdle]).toEqual([1, false])
    await browser.time.advance(AFTER)
    expect([tab.warnings, tab.isIdle]).toEqual([2, true])
  })

  test('input after the warning takes it back: it is warned again before the next time', async () => {
    const browser = new Browser()
    const tab = browser.open()
    await browser.time.advance(AFTER - 1)
    tab.input()
    await browser.time.advance(AFTER - 1)
    expect([tab.warnings, tab.isIdle]).toEqual([2, false])
  })

  test('the warning is over with input, in whichever tab, with being away, and with the detector', async () => {
    const browser = new Browser()
    const [one, two] = [browser.open(), browser.open()]
    const warned = () => [one.isWarned, two.isWarned]
    await browser.time.advance(AFTER - WARN)
    expect(warned()).toEqual([true, true])
    two.input()
    await browser.time.advance(0)
    expect(warned()).toEqual([false, false])
    await browser.time.advance(AFTER - 1)
    expect(warned()).toEqual([true, true])
    await browser.time.advance(1)
    expect([...warned(), one.isIdle]).toEqual([false, false, true])
    one.input()
    await browser.time.advance(AFTER - WARN)
    one.close()
    expect(warned()).toEqual([false, true])
  })

  test('a warning as long as the wait is none, and much input is no more words for it', async () => {
    const browser = new Browser()
    const tab = browser.open(true, false, AFTER)
    for (let i = 0; i < 1_000; i++) {
      await browser.time.advance(10)
      tab.input()
    }
    expect(browser.posts).toBeLessThanOrEqual(1 + 10_000 / ACTIVITY_EVERY_MS)
    await browser.time.advance(AFTER)
    expect([tab.warnings, tab.isIdle]).toEqual([0, true])
  })

  test('a machine that has slept is away as soon as it is looked, without a warning', async () => {
    const browser = new Browser()
    const tab = browser.open()
    browser.slept = AFTER
    tab.detector.look()
    expect([tab.warnings, tab.isIdle]).toEqual([0, true])
  })

  test('input in one tab keeps them all; a tab that opens in the background brings nobody back', async () => {
    const browser = new Browser()
    const [one, two] = [browser.open(), browser.open()]
    for (let i = 0; i < 10; i++) {
      await browser.time.advance(AFTER / 2)
      two.input()
    }
    expect([one.isIdle, one.warnings]).toEqual([false, 0])
    await browser.time.advance(2 * AFTER)
    expect([one.isIdle, two.isIdle]).toEqual([true, true])
    const hidden = browser.open(false)
    await browser.time.advance(0)
    expect(browser.tabs.map(tab => tab.isIdle)).toEqual([true, true, true])
    two.close()
    hidden.input()
    await browser.time.advance(0)
    expect(browser.tabs.map(tab => tab.isIdle)).toEqual([false, false])
  })

  test('a tab whose timers are slow looks when another one tells it', async () => {
    const browser = new Browser()
    const slow = browser.open(true, true)
    browser.open()
    await browser.time.advance(AFTER)
    expect(slow.isIdle).toBe(true)
  })

  test('much input is one word to the others each second', async () => {
    const browser = new Browser()
    const tab = browser.open()
    const before = browser.posts
    for (let i = 0; i < 1_000; i++) {
      await browser.time.advance(10)
      tab.input()
    }
    expect(browser.posts - before).toBeLessThanOrEqual(10_000 / ACTIVITY_EVERY_MS)
  })

  test('however input falls and tabs come and go, they all say the same as one detector would', async () => {
    const op = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('input' as const), tab: fc.nat(9) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(AFTER) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const), isInput: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), tab: fc.nat(9) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 30 }), async ops => {
        const browser = new Browser()
        browser.open()
        let last = 0
        for (const step of ops) {
          const tab = 'tab' in step ? browser.tabs[step.tab % browser.tabs.length] : undefined
          if (step.do === 'wait') await browser.time.advance(step.ms)
          else if (step.do === 'open') browser.open(step.isInput)
          else if (step.do === 'input') tab?.input()
          else if (browser.tabs.length > 1) tab?.close()
          if (step.do === 'input' || (step.do === 'open' && step.isInput)) last = browser.time.now
          await browser.time.advance(1)
          const idleFor = browser.time.now - last
          // Input is told once a second, so the tabs may know of it that much earlier.
          if (idleFor >= AFTER - ACTIVITY_EVERY_MS && idleFor <= AFTER) continue
          expect(browser.tabs.map(each => each.isIdle)).toEqual(browser.tabs.map(() => idleFor >= AFTER))
        }
        const before = browser.posts
        await browser.time.advance(0)
        expect(browser.posts).toBe(before)
      }),
      { numRuns: 200 },
    )
  })
})
