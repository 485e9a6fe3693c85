// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { KeptDrafts, MAX_DRAFTS, MAX_KEPT } from '../../../src/features/composer/kept-drafts.ts'

/** A page of Ana's, or of `person`'s, that has asked about the room, and what stands in it then. */
function page(person: string | null = 'ana') {
  const drafts = new KeptDrafts(person)
  return { drafts, text: drafts.take('room') }
}

const restored = (person?: string | null) => page(person).text

beforeEach(() => localStorage.clear())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('what one page sends takes nothing away that another has written since', () => {
  const [a, b] = [page().drafts, page().drafts]
  a.keep('room', 'a')
  b.keep('room', 'b')
  a.keep('room', '')
  expect(restored()).toBe('b')
  b.keep('room', '')
  expect(restored()).toBe('')
})

it('a draft is brought back once: what another page writes later is its own', () => {
  const [a, b] = [page().drafts, page().drafts]
  a.keep('room', 'hello')
  expect(b.take('room')).toBe('')
  expect(restored()).toBe('hello')
})

it('a draft is its person’s; of somebody unknown none is kept', () => {
  page('ana').drafts.keep('room', 'half a thought')
  page(null).drafts.keep('room', 'nobody’s')
  expect(restored('ben')).toBe('')
  expect(restored(null)).toBe('')
  expect(restored('ana')).toBe('half a thought')
})

it('what is too long, or finds no room, is not kept, nor is what stood there before', () => {
  const { drafts } = page()
  drafts.keep('room', 'x'.repeat(MAX_KEPT))
  expect(restored()).toHaveLength(MAX_KEPT)
  drafts.keep('room', 'x'.repeat(MAX_KEPT + 1))
  expect(restored()).toBe('')
  drafts.keep('room', 'short')
  const storage = localStorage
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.getItem(key),
    removeItem: (key: string) => storage.removeItem(key),
    setItem() {
      throw new DOMException('full', 'QuotaExceededError')
    },
  })
  drafts.keep('room', 'short and more')
  expect(restored()).toBe('')
})

it('no more than so many are kept: the one that was written longest ago goes', () => {
  vi.useFakeTimers()
  const { drafts } = page()
  const kept = () => Array.from({ length: MAX_DRAFTS + 1 }, (_, i) => new KeptDrafts('ana').take(`room ${i}`))
  for (let i = 0; i < MAX_DRAFTS; i++) {
    vi.advanceTimersByTime(1)
    drafts.keep(`room ${i}`, `draft ${i}`)
  }
  vi.advanceTimersByTime(1)
  drafts.keep('room 0', 'written again')
  expect(kept().filter(text => text !== '')).toHaveLength(MAX_DRAFTS)
  drafts.keep(`room ${MAX_DRAFTS}`, 'one more')
  expect(kept()).toEqual(['written again', '', ...kept().slice(2, MAX_DRAFTS), 'one more'])
  expect(kept().filter(text => text !== '')).toHaveLength(MAX_DRAFTS)
})

it('the draft of a room that is gone is forgotten', () => {
  const { drafts } = page()
  drafts.keep('room', 'half a thought')
  drafts.forget('room')
  expect(restored()).toBe('')
})
