// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CONNECTION_LINGER_MS, HoldfastProvider, useConnection, useHoldfast } from '../src/index.ts'
import { FakeClient } from './fake-client.ts'

function Status() {
  return <p>{useConnection().state}</p>
}

/** Every provider is gone and its linger is over. */
function unmountForGood(unmount: () => void): void {
  unmount()
  act(() => void vi.advanceTimersByTime(CONNECTION_LINGER_MS))
}

describe('HoldfastProvider', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    cleanup()
    vi.useRealTimers()
  })

  it('connects while mounted and shows how the connection stands', () => {
    const fake = new FakeClient()
    render(
      <HoldfastProvider client={fake.asClient()}>
        <Status />
      </HoldfastProvider>,
    )
    expect(fake.calls).toEqual(['connect'])
    expect(screen.getByText('online')).toBeDefined()
  })

  it('keeps one connection through the double mount of StrictMode', () => {
    const fake = new FakeClient()
    const { unmount } = render(
      <StrictMode>
        <HoldfastProvider client={fake.asClient()}>
          <Status />
        </HoldfastProvider>
      </StrictMode>,
    )
    act(() => void vi.advanceTimersByTime(10 * CONNECTION_LINGER_MS))
    expect(fake.calls).toEqual(['connect'])
    unmountForGood(unmount)
    expect(fake.calls).toEqual(['connect', 'disconnect'])
  })

  it('keeps the connection when it is unmounted and mounted again, as fast refresh does', () => {
    const fake = new FakeClient()
    const tree = <HoldfastProvider client={fake.asClient()} />
    render(tree).unmount()
    const { unmount } = render(tree)
    act(() => void vi.advanceTimersByTime(10 * CONNECTION_LINGER_MS))
    expect(fake.calls).toEqual(['connect'])
    unmountForGood(unmount)
    expect(fake.calls).toEqual(['connect', 'disconnect'])
  })

  it('shares one connection between providers of one client, until the last is gone', () => {
    const fake = new FakeClient()
    const first = render(<HoldfastProvider client={fake.asClient()} />)
    const second = render(<HoldfastProvider client={fake.asClient()} />)
    unmountForGood(first.unmount)
    expect(fake.calls).toEqual(['connect'])
    unmountForGood(second.unmount)
    expect(fake.calls).toEqual(['connect', 'disconnect'])
  })

  it('moves to another client: connects it, and lets the old one go', () => {
    const [old, next] = [new FakeClient(), new FakeClient()]
    const { rerender } = render(<HoldfastProvider client={old.asClient()} />)
    rerender(<HoldfastProvider client={next.asClient()} />)
    act(() => void vi.advanceTimersByTime(CONNECTION_LINGER_MS))
    expect(old.calls).toEqual(['connect', 'disconnect'])
    expect(next.calls).toEqual(['connect'])
  })

  it('leaves a client alone that was connected before', () => {
    const fake = new FakeClient()
    fake.connect()
    unmountForGood(render(<HoldfastProvider client={fake.asClient()} />).unmount)
    expect(fake.calls).toEqual(['connect'])
  })

  it('does not revive a client that has stopped', () => {
    const fake = new FakeClient()
    fake.connection.set({ state: 'stopped', reason: 'unauthorized', message: '' })
    render(<HoldfastProvider client={fake.asClient()} />)
    expect(fake.calls).toEqual([])
  })

  it('says what is missing when a hook stands outside of a provider', () => {
    function Orphan() {
      useHoldfast()
      return null
    }
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(() => render(<Orphan />)).toThrow('there is no <HoldfastProvider> above this component')
    errors.mockRestore()
  })
})
