// @vitest-environment happy-dom

import { act, cleanup, render } from '@testing-library/react'
import { type ReactNode, useRef } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useSteadyOrder } from '../../../src/features/rooms/use-steady-order.ts'

function List({ ids }: { readonly ids: string }): ReactNode {
  const list = useRef<HTMLUListElement>(null)
  const order = useSteadyOrder(
    [...ids].map(id => ({ id })),
    list,
  )
  return (
    <ul ref={list} aria-label={order.map(({ id }) => id).join('')}>
      <li>…</li>
    </ul>
  )
}

function shown(ids: string) {
  const { container, rerender } = render(<List ids={ids} />)
  const list = container.querySelector('ul')
  if (list === null) throw new Error('unable to test the list; it is not there')
  return {
    order: () => list.getAttribute('aria-label'),
    become: (next: string) => rerender(<List ids={next} />),
    sign: (type: string) => act(() => void list.dispatchEvent(new Event(type))),
    wait: (ms: number) => act(() => void vi.advanceTimersByTime(ms)),
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

it('the order follows at once while nobody is choosing', () => {
  const list = shown('abc')
  list.become('cab')
  expect(list.order()).toBe('cab')
})

it.each(['pointermove', 'pointerdown', 'wheel', 'keydown'])('%s holds the order for two seconds', sign => {
  const list = shown('abc')
  list.sign(sign)
  list.become('cab')
  expect(list.order()).toBe('abc')
  list.become('dcb')
  expect(list.order()).toBe('bcd')
  list.wait(1_999)
  expect(list.order()).toBe('bcd')
  list.wait(1)
  expect(list.order()).toBe('dcb')
})

it('each sign holds it anew, and leaving the list lets it go', () => {
  const list = shown('abc')
  list.sign('pointermove')
  list.become('cab')
  for (let moved = 0; moved < 5; moved++) {
    list.wait(1_500)
    list.sign('pointermove')
    expect(list.order()).toBe('abc')
  }
  list.sign('pointerleave')
  expect(list.order()).toBe('cab')
})
