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
    sign: (sign: Event) => act(() => void list.dispatchEvent(sign)),
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

const touch = (type: string) => new PointerEvent(type, { pointerType: 'touch' })
const mouse = (type: string) => new PointerEvent(type, { pointerType: 'mouse' })

it.each([
  ['a finger that moves', touch('pointermove')],
  ['a finger that presses', touch('pointerdown')],
  ['a wheel', new Event('wheel')],
  ['a key', new KeyboardEvent('keydown', { bubbles: true })],
])('%s holds the order for two seconds', (_, sign) => {
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

it('each touch holds it anew, and a finger that is lifted does not let it go at once', () => {
  const list = shown('abc')
  list.sign(touch('pointermove'))
  list.become('cab')
  for (let moved = 0; moved < 5; moved++) {
    list.wait(1_500)
    list.sign(touch('pointermove'))
    list.sign(touch('pointerleave'))
    expect(list.order()).toBe('abc')
  }
  list.wait(2_000)
  expect(list.order()).toBe('cab')
})

it.each(['pointermove', 'pointerdown'])('a pointer that rests after %s holds it until it leaves', type => {
  const list = shown('abc')
  list.sign(mouse(type))
  list.become('cab')
  list.wait(600_000)
  expect(list.order()).toBe('abc')
  list.sign(new Event('wheel'))
  list.wait(600_000)
  expect(list.order(), 'a wheel turned under it').toBe('abc')
  list.sign(mouse('pointerleave'))
  expect(list.order()).toBe('cab')
})

it.each([
  ['a key pressed elsewhere', () => document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true }))],
  ['the window losing attention', () => window.dispatchEvent(new Event('blur'))],
])('%s lets it go: the hand is not at the pointer', (_, happen) => {
  const list = shown('abc')
  list.sign(mouse('pointermove'))
  list.become('cab')
  expect(list.order()).toBe('abc')
  act(() => void happen())
  expect(list.order()).toBe('cab')
})
