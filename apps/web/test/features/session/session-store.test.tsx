// @vitest-environment happy-dom

import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { KeptDrafts } from '../../../src/features/composer/kept-drafts.ts'
import { setSession, setWish, useSession } from '../../../src/features/session/session-store.ts'

const KEY = 'holdfast.session'

/** Another tab writes `stored`. */
const otherTab = (stored: string) =>
  act(() => {
    localStorage.setItem(KEY, stored)
    window.dispatchEvent(Object.assign(new Event('storage'), { key: KEY }))
  })

afterEach(() => {
  act(() => setSession(null))
  cleanup()
})

it('a wish is kept with the session, changed and taken back, and goes with whoever signs out', () => {
  const { result } = renderHook(useSession)
  act(() => setWish('busy'))
  expect(result.current, 'nobody is signed in').toBeNull()
  act(() => setSession({ token: 't', name: 'Ana' }))
  act(() => setWish('busy'))
  expect(result.current).toEqual({ token: 't', name: 'Ana', wish: 'busy' })
  expect(JSON.parse(localStorage.getItem(KEY) ?? '')).toEqual(result.current)
  act(() => setWish(null))
  expect(result.current).toEqual({ token: 't', name: 'Ana' })
  act(() => setWish('away'))
  act(() => setSession(null))
  expect(localStorage.getItem(KEY)).toBeNull()
  act(() => setSession({ token: 'u', name: 'Ben' }))
  expect(result.current).toEqual({ token: 'u', name: 'Ben' })
})

it('what another tab chose is followed; a wish that is none is left out, a session that is none is no session', () => {
  const { result } = renderHook(useSession)
  otherTab('{"token":"t","name":"Ana","wish":"away"}')
  expect(result.current).toEqual({ token: 't', name: 'Ana', wish: 'away' })
  otherTab('{"token":"t","name":"Ana","wish":"offline"}')
  expect(result.current).toEqual({ token: 't', name: 'Ana' })
  for (const broken of ['{"token":1,"name":"Ana"}', '{', 'null', '{"token":"t"}']) {
    otherTab(broken)
    expect(result.current, broken).toBeNull()
  }
})

it('drafts stay with a person whose token is another, and go with them', () => {
  const tokenOf = (sub: string, exp: number) => `x.${btoa(JSON.stringify({ sub, exp }))}.x`
  const kept = () => new KeptDrafts('ana').take('room')
  const keptAfter = (token: string | null) => {
    const drafts = new KeptDrafts('ana')
    drafts.take('room')
    drafts.keep('room', '')
    drafts.keep('room', 'half a thought')
    act(() => setSession(token === null ? null : { token, name: 'Somebody' }))
    return kept()
  }
  expect(keptAfter(tokenOf('ana', 1)), 'left behind by nobody knows whom').toBe('')
  expect(keptAfter(tokenOf('ana', 2))).toBe('half a thought')
  act(() => setWish('busy'))
  expect(kept()).toBe('half a thought')
  expect(keptAfter(tokenOf('ben', 1))).toBe('')
  expect(keptAfter('opaque')).toBe('')
  expect(keptAfter('opaque')).toBe('half a thought')
  expect(keptAfter('another that says nothing')).toBe('')
  expect(keptAfter(null)).toBe('')
})
