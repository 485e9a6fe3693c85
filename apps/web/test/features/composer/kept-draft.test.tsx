// @vitest-environment happy-dom

import type { Client } from '@holdfast/client'
import { type Composer, HoldfastProvider, useComposer } from '@holdfast/react'
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { KeptDraft, KeptDraftsContext } from '../../../src/features/composer/kept-draft.ts'
import { KeptDrafts } from '../../../src/features/composer/kept-drafts.ts'

/** A page that shows the room twice, as a list and a room do. */
function page() {
  const room = { id: 'room', typing: vi.fn(), stopTyping: vi.fn() }
  const connection = { getSnapshot: () => ({ state: 'online', since: 0 }), subscribe: () => () => {} }
  const client = { connection, room: () => room, userId: 'ana' } as unknown as Client
  const drafts = new KeptDrafts('ana')
  let composer: Composer | null = null
  function Field() {
    composer = useComposer('room')
    return null
  }
  const show = (isGone: boolean) => (
    <StrictMode>
      <HoldfastProvider client={client}>
        <KeptDraftsContext value={drafts}>
          <KeptDraft roomId="room" />
          <KeptDraft roomId="room" isGone={isGone} />
          <Field />
        </KeptDraftsContext>
      </HoldfastProvider>
    </StrictMode>
  )
  const { rerender } = render(show(false))
  return {
    text: () => composer?.text,
    write: (text: string) => act(() => composer?.setText(text)),
    close: () => rerender(show(true)),
  }
}

/** How often each thing is done to what is stored. */
function watched() {
  const storage = localStorage
  const calls = {
    getItem: (key: string) => storage.getItem(key),
    setItem: vi.fn((key: string, value: string) => storage.setItem(key, value)),
    removeItem: vi.fn((key: string) => storage.removeItem(key)),
  }
  vi.stubGlobal('localStorage', calls)
  return calls
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  localStorage.clear()
})

it('a draft is brought back untouched, and written once for each change wherever it is shown', () => {
  const before = page()
  before.write('half a thought')
  cleanup()
  const { setItem, removeItem } = watched()
  const after = page()
  expect(after.text()).toBe('half a thought')
  expect([setItem.mock.calls.length, removeItem.mock.calls.length]).toEqual([0, 0])
  after.write('half a thought more')
  expect(setItem).toHaveBeenCalledOnce()
  after.write('')
  expect([setItem.mock.calls.length, removeItem.mock.calls.length]).toEqual([1, 1])
})

it('the draft of a room that is closed to me is forgotten', () => {
  const before = page()
  before.write('half a thought')
  before.close()
  cleanup()
  expect(page().text()).toBe('')
})
