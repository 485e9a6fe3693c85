// @vitest-environment happy-dom

import type { RoomHandle, RoomView } from '@holdfast/client'
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useMarkRead, useNewLine } from '../../../src/features/timeline/use-reading.ts'

interface Props {
  readonly view: RoomView
  readonly isMember: boolean
}

const view = (changes: object = {}) =>
  ({
    status: 'live',
    timeline: [],
    unread: 0,
    lastReadSeq: 0,
    isMarkedUnread: false,
    continuity: { epoch: 'e', seq: 9 },
    ...changes,
  }) as unknown as RoomView

/** Somebody looks at the window from here on, or no longer. */
function attend(isAttended: boolean): void {
  vi.spyOn(document, 'hasFocus').mockReturnValue(isAttended)
  act(() => void window.dispatchEvent(new Event('focus')))
}

beforeEach(() => attend(true))
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('useMarkRead', () => {
  /** A screen on which the message `seq` is the last, and what was told as read. */
  function screen() {
    const told: number[] = []
    const watchers = new Set<() => void>()
    let seq: number | null = null
    const scroll = {
      seqInView: () => seq,
      watch: (watcher: () => void) => {
        watchers.add(watcher)
        return () => void watchers.delete(watcher)
      },
    }
    return {
      told,
      scroll,
      handle: { markRead: (upTo: number) => told.push(upTo) } as unknown as RoomHandle,
      show(to: number | null) {
        seq = to
        for (const watcher of watchers) watcher()
      },
      /** Without anything having been scrolled. */
      grow(to: number) {
        seq = to
      },
    }
  }

  function reading({ handle, scroll }: ReturnType<typeof screen>, first: Partial<Props> = {}) {
    const use = ({ view, isMember }: Props) => useMarkRead(handle, view, isMember, scroll)
    return renderHook(use, { initialProps: { view: view(), isMember: true, ...first } })
  }

  it('tells what comes into view, and nothing twice: scrolling back and forth is nothing new', () => {
    const seen = screen()
    reading(seen)
    for (const seq of [null, 3, 3, 7, 5, 7]) seen.show(seq)
    expect(seen.told).toEqual([3, 7])
  })

  it('tells what a change of the list has brought into view', () => {
    const seen = screen()
    const { rerender } = reading(seen)
    seen.show(3)
    seen.grow(4)
    expect(seen.told).toEqual([3])
    rerender({ view: view({ timeline: [{}] }), isMember: true })
    expect(seen.told).toEqual([3, 4])
  })

  it('tells nothing while nobody looks, and all that is in view once somebody does', () => {
    const seen = screen()
    reading(seen)
    attend(false)
    seen.show(7)
    expect(seen.told).toEqual([])
    attend(true)
    expect(seen.told).toEqual([7])
  })

  it.each([
    ['while the room is not live', { view: view({ status: 'catching-up' }) }],
    ['of who is no member', { isMember: false }],
  ])('tells nothing %s', (_when, first) => {
    const seen = screen()
    reading(seen, first)
    seen.show(7)
    expect(seen.told).toEqual([])
  })

  it('tells nothing while messages are marked unread, and all that is in view when that is over or was refused', () => {
    const seen = screen()
    const { rerender } = reading(seen)
    seen.show(7)
    rerender({ view: view({ isMarkedUnread: true }), isMember: true })
    seen.show(8)
    expect(seen.told).toEqual([7])
    rerender({ view: view(), isMember: true })
    expect(seen.told).toEqual([7, 8])
    rerender({ view: view({ isMarkedUnread: true }), isMember: true })
    rerender({ view: view({ lastReadSeq: 3 }), isMember: true })
    expect(seen.told).toEqual([7, 8, 8])
  })

  it('begins anew with another log', () => {
    const seen = screen()
    const { rerender } = reading(seen)
    seen.show(7)
    seen.show(2)
    rerender({ view: view({ continuity: { epoch: 'other', seq: 2 } }), isMember: true })
    expect(seen.told).toEqual([7, 2])
  })
})

describe('useNewLine', () => {
  const lining = (first: RoomView, isCaughtUp = true) =>
    renderHook((now: RoomView) => useNewLine(now, isCaughtUp), { initialProps: first })

  it('stands behind what was read when the room had caught up, and stays while more is read', () => {
    const { result, rerender } = lining(view({ unread: 2, lastReadSeq: 5 }))
    rerender(view({ unread: 0, lastReadSeq: 9 }))
    expect(result.current).toBe(5)
  })

  it('goes to what is marked unread, here or on another device', () => {
    const { result, rerender } = lining(view({ lastReadSeq: 9 }))
    expect(result.current).toBeNull()
    rerender(view({ unread: 3, lastReadSeq: 6 }))
    expect(result.current).toBe(6)
  })

  it('stands where the window was left with everything read', () => {
    const { result } = lining(view({ lastReadSeq: 9 }))
    attend(false)
    expect(result.current).toBe(9)
  })
})
