// @vitest-environment happy-dom

import type { PresenceUser } from '@holdfast/protocol'
import { act, cleanup, renderHook } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  HoldfastProvider,
  ROOM_LINGER_MS,
  useComposer,
  useDraft,
  useMyPresence,
  usePerson,
  usePresence,
  useSettings,
  useTyping,
} from '../src/index.ts'
import { emptyView, FakeClient } from './fake-client.ts'

let fake: FakeClient

function Provided({ children }: { children: ReactNode }) {
  return (
    <StrictMode>
      <HoldfastProvider client={fake.asClient()}>{children}</HoldfastProvider>
    </StrictMode>
  )
}

/** A hook with how often it has rendered. */
function hook<T, P>(use: (props: P) => T, initialProps?: P) {
  let renders = 0
  const counted = (props: P) => {
    renders += 1
    return use(props)
  }
  const rendered = renderHook(counted, { wrapper: Provided, ...(initialProps !== undefined && { initialProps }) })
  return { ...rendered, renders: () => renders }
}

function person(userId: string, status: PresenceUser['status']): PresenceUser {
  return { userId, status, lastSeen: 1 }
}

beforeEach(() => {
  vi.useFakeTimers()
  fake = new FakeClient()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

describe('useTyping', () => {
  it('opens the room, and renders when somebody begins or stops and for nothing else of the room', () => {
    const { result, renders, unmount } = hook(() => useTyping('r'))
    expect(result.current).toEqual({ userIds: [], count: 0 })
    const typing = { userIds: ['ann'], count: 1 }
    act(() => fake.fake('r').set({ ...emptyView('r'), typing }))
    expect(result.current).toBe(typing)
    const before = renders()
    act(() => fake.fake('r').set({ ...emptyView('r'), typing, memberCount: 7 }))
    expect(renders()).toBe(before)
    unmount()
    act(() => void vi.advanceTimersByTime(ROOM_LINGER_MS))
    expect(fake.fake('r').holds).toEqual(['open', 'close'])
  })
})

describe('usePresence', () => {
  it('watches the people named while mounted, once, and others when the list becomes another', () => {
    const { rerender, unmount } = hook(({ ids }: { ids: string[] }) => usePresence(ids), { ids: ['ann', 'bob'] })
    const { asked } = fake.people
    rerender({ ids: ['ann', 'bob'] })
    expect(fake.people.asked, 'another list of the same people is no other').toBe(asked)
    expect(fake.people.watched).toEqual(['ann', 'bob'])
    rerender({ ids: ['bob', 'cleo'] })
    expect(fake.people.watched).toEqual(['bob', 'cleo'])
    unmount()
    expect(fake.people.watched).toEqual([])
  })

  it('answers those named that are known, the same map until one of them changes', () => {
    const { result, renders } = hook(() => usePresence(['ann', 'bob']))
    const ann = person('ann', 'online')
    act(() => fake.people.tell(ann))
    expect([...result.current]).toEqual([['ann', ann]])
    const [before, map] = [renders(), result.current]
    act(() => fake.people.tell(person('zoe', 'away')))
    expect(renders()).toBe(before)
    expect(result.current).toBe(map)
    act(() => fake.people.tell(person('bob', 'busy')))
    expect([...result.current.keys()]).toEqual(['ann', 'bob'])
  })

  it('forgets somebody of whom nothing is known any more', () => {
    const { result } = hook(() => usePresence(['ann']))
    act(() => fake.people.tell(person('ann', 'online')))
    act(() => fake.people.set({ ...fake.people.getSnapshot(), people: new Map() }))
    expect(result.current.size).toBe(0)
  })

  it('asks for nobody when nobody is named: without a list it answers all that are known, with an empty one nobody', () => {
    const { result } = hook(() => [usePresence(), usePresence([])] as const)
    act(() => fake.people.tell(person('ann', 'online')))
    expect(result.current.map(people => people.size)).toEqual([1, 0])
    expect(fake.people.asked).toBe(0)
  })
})

describe('usePerson', () => {
  it('answers one person or null, renders for nobody else and asks the server for nothing', () => {
    const { result, renders } = hook(() => usePerson('ann'))
    expect(result.current).toBeNull()
    const before = renders()
    act(() => fake.people.tell(person('bob', 'online')))
    expect(renders()).toBe(before)
    const ann = person('ann', 'away')
    act(() => fake.people.tell(ann))
    expect(result.current).toBe(ann)
    expect(fake.people.asked).toBe(0)
  })
})

describe('useMyPresence and useSettings', () => {
  it('say how I am seen and take my wish', () => {
    const { result } = hook(() => useMyPresence())
    expect(result.current).toMatchObject({ status: 'online', wish: null })
    act(() => result.current.setStatus('busy'))
    expect(fake.people.wishes).toEqual(['busy'])
  })

  it('say what I have settled once it was read, and change it', async () => {
    const { result } = hook(() => useSettings())
    expect(result.current.settings).toBeNull()
    act(() => fake.mySettings.set({ settings: { readReceipts: true, appearOffline: false }, error: null }))
    expect(result.current.settings).toEqual({ readReceipts: true, appearOffline: false })
    await act(() => result.current.update({ readReceipts: false }))
    expect(fake.mySettings.updates).toEqual([{ readReceipts: false }])
  })

  it('answer the same object until something changes, so that they may stand in dependency lists', () => {
    const { result, rerender } = hook(() => [useMyPresence(), useSettings()])
    const before = result.current
    rerender()
    for (const [index, value] of result.current.entries()) expect(value).toBe(before[index])
  })
})

describe('useComposer', () => {
  it('stops typing when it goes, and in the room it had when it changes to another', () => {
    const { result, rerender, unmount } = hook(({ id }: { id: string }) => useComposer(id), { id: 'a' })
    fake.fake('a').keys.length = 0
    act(() => result.current.setText('h'))
    rerender({ id: 'b' })
    expect(fake.fake('a').keys).toEqual(['typing', 'stop'])
    act(() => result.current.setText('h'))
    unmount()
    expect(fake.fake('b').keys.slice(-2)).toEqual(['typing', 'stop'])
  })
})

describe('useDraft', () => {
  it('shows the draft of a room where it is not written, and renders for nothing else of the composer', () => {
    const draft = hook(() => useDraft('a'))
    const composer = hook(() => useComposer('a'))
    act(() => composer.result.current.setText('half a thought'))
    expect(draft.result.current).toBe('half a thought')
    const before = draft.renders()
    act(() => composer.result.current.cancelReply())
    expect(draft.renders()).toBe(before)
    draft.unmount()
    expect(fake.fake('a').keys.at(-1)).toBe('typing')
  })
})
