// @vitest-environment happy-dom

import type { Client, MyPresence, Readable } from '@holdfast/client'
import { HoldfastProvider } from '@holdfast/react'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { IdleWarning } from '../../../src/features/presence/idle-warning.tsx'
import { IDLE_WARNING_MS, warnOfIdling } from '../../../src/features/presence/idle-warning-store.ts'

const QUESTION = /Still there/

const always = <T,>(value: T): Readable<T> => ({ subscribe: () => () => {}, getSnapshot: () => value })

/** Shows the warning to somebody who wishes to be seen like this. */
function show({
  wish = null,
  appearOffline = false,
}: {
  wish?: MyPresence['wish']
  appearOffline?: boolean
} = {}): void {
  const mine: MyPresence = { status: 'online', wish, isIdle: false, customStatus: null, dndUntil: null }
  const client = {
    connection: always({ state: 'online', since: 0 }),
    presence: always({ people: new Map(), mine }),
    settings: always({ settings: { readReceipts: true, appearOffline }, error: null }),
  } as unknown as Client
  render(
    <HoldfastProvider client={client}>
      <IdleWarning />
    </HoldfastProvider>,
  )
}

const isAsked = () => screen.queryByText(QUESTION) !== null
const warn = () => act(() => warnOfIdling())

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  // What stands in one test is not to stand in the next.
  act(() => void document.dispatchEvent(new Event('pointermove')))
  cleanup()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

it('the question stands until it is answered, at most until its time is over', () => {
  show()
  expect(isAsked()).toBe(false)
  warn()
  act(() => void vi.advanceTimersByTime(IDLE_WARNING_MS - 1))
  expect(isAsked()).toBe(true)
  act(() => void vi.advanceTimersByTime(1))
  expect(isAsked()).toBe(false)
})

it.each(['pointermove', 'pointerdown', 'keydown', 'wheel', 'visibilitychange'])('%s answers it', sign => {
  show()
  warn()
  act(() => void document.dispatchEvent(new Event(sign)))
  expect(isAsked()).toBe(false)
})

it('what was done in another window answers it too', () => {
  show()
  warn()
  expect(isAsked()).toBe(true)
  act(() => warnOfIdling(false))
  expect(isAsked()).toBe(false)
})

it('nobody is asked in a page that is not in sight', () => {
  show()
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  warn()
  expect(isAsked()).toBe(false)
})

it.each([{ wish: 'busy' }, { wish: 'away' }, { appearOffline: true }] as const)(
  'who has chosen how to be seen is not asked: %j',
  chosen => {
    show(chosen)
    warn()
    expect(isAsked()).toBe(false)
  },
)
