// @vitest-environment happy-dom

import type { Client, MyPresence, PresenceView } from '@holdfast/client'
import type { PresenceUser } from '@holdfast/protocol'
import { HoldfastProvider } from '@holdfast/react'
import { act, cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PersonWords } from '../../../src/features/presence/person-words.tsx'
import { HEARD_MS, useMyLook } from '../../../src/features/presence/use-my-look.ts'
import { clockTime } from '../../../src/ui/dates.ts'

const NOON = new Date(2026, 10, 22, 12, 0).getTime()
const MINE: MyPresence = { status: 'online', wish: null, isIdle: false, customStatus: null, dndUntil: null }

/** What the test says and changes. */
function source<T>(first: T) {
  const listeners = new Set<() => void>()
  let value = first
  return {
    getSnapshot: () => value,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    become: (next: T) =>
      act(() => {
        value = next
        for (const listener of listeners) listener()
      }),
  }
}

const person = (status: PresenceUser['status']): PresenceUser => ({ userId: 'me', status, lastSeen: NOON })
const people = (...all: PresenceUser[]): PresenceView['people'] => new Map(all.map(each => [each.userId, each]))

function Looks(): ReactNode {
  const { look, words } = useMyLook()
  return (
    <>
      <output data-look={look}>{words}</output>
      <PersonWords userId="me" />
    </>
  )
}

/** What stands at the foot of the list, and what stands in my own row of a list of people. */
function shown({ appearOffline = false, state = 'online' }: { appearOffline?: boolean; state?: string } = {}) {
  const presence = source<PresenceView>({ people: people(), mine: MINE })
  const client = {
    userId: 'me',
    connection: source({ state, since: 0 }),
    presence,
    settings: source({ settings: { readReceipts: true, appearOffline }, error: null }),
  } as unknown as Client
  const { container } = render(
    <HoldfastProvider client={client}>
      <Looks />
    </HoldfastProvider>,
  )
  return {
    foot: () => {
      const output = container.querySelector('output')
      return `${output?.dataset.look}: ${output?.textContent}`
    },
    row: () => container.querySelector('.hf-person-words')?.textContent ?? null,
    tell: (...all: PresenceUser[]) => presence.become({ ...presence.getSnapshot(), people: people(...all) }),
    choose: (changes: Partial<MyPresence>) =>
      presence.become({ ...presence.getSnapshot(), mine: { ...MINE, ...changes } }),
    wait: (ms: number) => act(() => void vi.advanceTimersByTime(ms)),
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

it('a choice shows at once, and is not doubted when the server soon says the same', () => {
  const me = shown()
  me.tell(person('online'))
  me.choose({ status: 'busy', wish: 'busy' })
  expect(me.foot()).toBe('busy: Busy')
  me.wait(HEARD_MS - 1)
  expect(me.foot()).toBe('busy: Busy')
  me.tell(person('busy'))
  me.wait(HEARD_MS)
  expect(me.foot()).toBe('busy: Busy')
})

it('when others see another status than this device has, it says both; no longer once they are the same', () => {
  const me = shown()
  me.tell(person('online'))
  me.choose({ status: 'busy', wish: 'busy' })
  me.wait(HEARD_MS)
  expect(me.foot()).toBe('online: Busy on this device; seen as Online')
  expect(me.row()).toBe('Online')
  me.choose({ status: 'away', isIdle: true })
  expect(me.foot()).toBe('online: Away on this device; seen as Online')
  me.tell(person('away'))
  expect(me.foot()).toBe('away: Away')
  me.tell(person('online'))
  expect(me.foot(), 'the next difference has a time of its own').toBe('away: Away')
})

it('as long as the server has said nothing of me, what this device tells it is shown', () => {
  const me = shown()
  me.choose({ status: 'away', wish: 'away' })
  me.wait(HEARD_MS)
  expect(me.foot()).toBe('away: Away')
})

it('not to be disturbed counts on all devices, and shows at once', () => {
  const me = shown()
  me.tell(person('online'))
  me.choose({ status: 'away', wish: 'away', dndUntil: NOON + 3_600_000 })
  me.wait(HEARD_MS)
  expect(me.foot()).toBe(`busy: Do not disturb until ${clockTime(NOON + 3_600_000)}`)
})

it('who appears offline is so at the foot of the list and in their own row, though the server tells them otherwise', () => {
  const me = shown({ appearOffline: true })
  me.tell({ ...person('online'), customStatus: 'At sea' })
  expect(me.foot()).toBe('offline: You appear offline')
  expect(me.row()).toBe('Offline · At sea')
})

it('whoever is not connected is seen by nobody', () => {
  expect(shown({ state: 'waiting' }).foot()).toBe('offline: Not connected')
})
