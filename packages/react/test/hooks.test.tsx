// @vitest-environment happy-dom

import type { RoomListEntry } from '@holdfast/protocol'
import { act, cleanup, renderHook } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  HoldfastProvider,
  ROOM_LINGER_MS,
  useComposer,
  useMembers,
  useRoom,
  useRooms,
  useTimeline,
  useUnread,
} from '../src/index.ts'
import { emptyView, entry, FakeClient, listOf } from './fake-client.ts'

let fake: FakeClient

function Provided({ children }: { children: ReactNode }) {
  return (
    <StrictMode>
      <HoldfastProvider client={fake.asClient()}>{children}</HoldfastProvider>
    </StrictMode>
  )
}

function hook<T, P>(use: (props: P) => T, initialProps?: P) {
  return renderHook(use, { wrapper: Provided, ...(initialProps !== undefined && { initialProps }) })
}

function listed(id: string, unread: number): RoomListEntry {
  return { id, unread, name: id } as RoomListEntry
}

beforeEach(() => {
  vi.useFakeTimers()
  fake = new FakeClient()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

describe('useRoom', () => {
  it('opens the room once while mounted, also in StrictMode, and closes it a while after', () => {
    const { unmount } = hook(() => useRoom('r'))
    act(() => void vi.advanceTimersByTime(10 * ROOM_LINGER_MS))
    expect(fake.fake('r').holds).toEqual(['open'])
    unmount()
    act(() => void vi.advanceTimersByTime(ROOM_LINGER_MS))
    expect(fake.fake('r').holds).toEqual(['open', 'close'])
  })

  it('opens another room when the id changes; coming back at once costs nothing', () => {
    const { rerender } = hook(({ id }: { id: string }) => useRoom(id), { id: 'a' })
    rerender({ id: 'b' })
    rerender({ id: 'a' })
    act(() => void vi.advanceTimersByTime(ROOM_LINGER_MS))
    expect(fake.fake('a').holds).toEqual(['open'])
    expect(fake.fake('b').holds).toEqual(['open', 'close'])
  })

  it('closes a room that was marked unread as soon as it is left, since only leaving ends that', () => {
    const { rerender } = hook(({ id }: { id: string }) => useRoom(id), { id: 'a' })
    act(() => fake.fake('a').set({ ...emptyView('a'), isMarkedUnread: true }))
    rerender({ id: 'b' })
    act(() => void vi.advanceTimersByTime(0))
    expect(fake.fake('a').holds).toEqual(['open', 'close'])
  })

  it('shows each change of the view, and renders for nothing else', () => {
    let renders = 0
    const { result } = hook(() => {
      renders += 1
      return useRoom('r').view
    })
    const before = renders
    act(() => fake.fake('other').set(emptyView('other')))
    expect(renders).toBe(before)
    const next = { ...emptyView('r'), memberCount: 3 }
    act(() => fake.fake('r').set(next))
    expect(result.current).toBe(next)
  })
})

describe('useTimeline', () => {
  it('gives the entries with their identities', () => {
    const { result } = hook(() => useTimeline('r'))
    const timeline = [entry(1, 'a'), entry(2, 'b')]
    act(() => fake.fake('r').set({ ...emptyView('r'), timeline, hasMore: true }))
    expect(result.current.entries).toBe(timeline)
    expect(result.current.hasMore).toBe(true)
  })

  it('is the same while something else of the room changes', () => {
    const { result } = hook(() => useTimeline('r'))
    const timeline = [entry(1, 'a')]
    act(() => fake.fake('r').set({ ...emptyView('r'), timeline }))
    const before = result.current
    act(() => fake.fake('r').set({ ...emptyView('r'), timeline, typing: { userIds: ['ann'], count: 1 } }))
    expect(result.current).toBe(before)
    act(() => fake.fake('r').set({ ...emptyView('r'), timeline, loadingOlder: true }))
    expect(result.current.loadingOlder).toBe(true)
  })
})

describe('useRoom', () => {
  it('resumes reading where it was marked unread, by leaving and coming back, and does nothing where it was not', () => {
    const { result } = hook(() => useRoom('r'))
    result.current.resumeReading()
    const { holds } = fake.fake('r')
    expect(holds).toEqual(['open'])
    act(() => fake.fake('r').set({ ...emptyView('r'), isMarkedUnread: true }))
    result.current.resumeReading()
    expect(holds).toEqual(['open', 'close', 'open'])
  })
})

describe('the hooks of a room', () => {
  it('answer the same objects until something changes, so that they may stand in dependency lists', () => {
    const { result, rerender } = hook(() => [useRoom('r'), useTimeline('r'), useMembers('r'), useComposer('r')])
    const before = result.current
    rerender()
    for (const [index, value] of result.current.entries()) expect(value).toBe(before[index])
    act(() => fake.fake('r').set({ ...emptyView('r'), hasMore: true }))
    expect(result.current[0]).not.toBe(before[0])
    expect(result.current[1]).not.toBe(before[1])
    expect(result.current[3]).toBe(before[3])
  })
})

describe('useMembers', () => {
  it('says who is in the room and who I am in it', () => {
    const { result } = hook(() => useMembers('r'))
    const me = { userId: 'me', name: 'Me', role: 'owner' } as const
    act(() => fake.fake('r').set({ ...emptyView('r'), members: [me], memberCount: 1, me }))
    expect(result.current).toEqual({ members: [me], memberCount: 1, me })
  })
})

describe('useRooms and useUnread', () => {
  it('count one room, all rooms, and nothing for a room that is not mine', () => {
    const { result } = hook(() => [useUnread('a'), useUnread(), useUnread('z'), useRooms().rooms.length])
    act(() => fake.list.set(listOf([listed('a', 2), listed('b', 3)])))
    expect(result.current).toEqual([2, 5, 0, 2])
  })

  it('a muted room counts only where it is named', () => {
    const { result } = hook(() => [useUnread('b'), useUnread()])
    act(() => fake.list.set(listOf([listed('a', 2), { ...listed('b', 3), muted: true }])))
    expect(result.current).toEqual([3, 2])
  })

  it('useUnread renders when its number changes, and for nothing else of the list', () => {
    let renders = 0
    hook(() => {
      renders += 1
      return useUnread()
    })
    act(() => fake.list.set(listOf([listed('a', 2)])))
    const before = renders
    act(() => fake.list.set(listOf([{ ...listed('a', 2), name: 'Another' }])))
    expect(renders).toBe(before)
  })
})

describe('useComposer', () => {
  it('keeps one draft per room when the component goes and comes back', () => {
    const first = hook(() => useComposer('a'))
    act(() => first.result.current.setText('draft of a'))
    first.unmount()
    expect(hook(() => useComposer('b')).result.current.text).toBe('')
    expect(hook(() => useComposer('a')).result.current.text).toBe('draft of a')
  })

  it('does not open the room: writing needs no reading', () => {
    const { result } = hook(() => useComposer('a'))
    act(() => result.current.setText('hi'))
    act(() => void result.current.send())
    expect(fake.fake('a').sent).toHaveLength(1)
    expect(fake.fake('a').holds).toEqual([])
  })
})
