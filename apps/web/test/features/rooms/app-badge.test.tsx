// @vitest-environment happy-dom

import type { Client, RoomListView } from '@holdfast/client'
import { HoldfastProvider } from '@holdfast/react'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { AppBadge } from '../../../src/features/rooms/app-badge.ts'

/** A list of rooms that the test changes, shown by somebody who keeps the badge. */
function shown() {
  const listeners = new Set<() => void>()
  let view = { rooms: [], unreadRooms: 0, mentions: 0, loading: false, hasMore: false, error: null } as RoomListView
  const rooms = {
    getSnapshot: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const connection = { getSnapshot: () => ({ state: 'online', since: 0 }), subscribe: () => () => {} }
  const { unmount } = render(
    <HoldfastProvider client={{ rooms, connection } as unknown as Client}>
      <AppBadge />
    </HoldfastProvider>,
  )
  const become = (unreadRooms: number, mentions: number) =>
    act(() => {
      view = { ...view, unreadRooms, mentions }
      for (const listener of listeners) listener()
    })
  return { become, unmount }
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('the badge of the installed app is how often I am mentioned, else how many rooms are unread; it goes with me', () => {
  const badge: (number | null)[] = []
  const put = (count: number | null) => {
    badge.push(count)
    return Promise.resolve()
  }
  vi.stubGlobal('navigator', { setAppBadge: put, clearAppBadge: () => put(null) })
  const { become, unmount } = shown()
  become(3, 0)
  become(3, 2)
  become(0, 0)
  become(1, 0)
  unmount()
  expect(badge).toEqual([null, 3, 2, null, 1, null])
})

it('a browser that has no badges, or does not allow one, is left in peace', async () => {
  vi.stubGlobal('navigator', {})
  shown().become(1, 0)
  const refuse = vi.fn(() => Promise.reject(new Error('not allowed')))
  vi.stubGlobal('navigator', { setAppBadge: refuse, clearAppBadge: refuse })
  shown().become(1, 0)
  await Promise.resolve()
  expect(refuse).toHaveBeenCalled()
})
