// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { takeLinkToken } from '../../../src/features/session/link-token.ts'

const tokenOf = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`

beforeEach(() => history.replaceState(null, '', '/rooms/a?x=1'))

describe('takeLinkToken', () => {
  it('takes the token and its name, and leaves the address without it', () => {
    const token = tokenOf({ sub: 'u', name: 'Zoë Ångström' })
    location.hash = `#token=${token}`
    expect(takeLinkToken(location, history)).toEqual({ token, name: 'Zoë Ångström' })
    expect(location.pathname + location.search + location.hash).toBe('/rooms/a?x=1')
  })

  it('greets somebody without a readable name as You: the server decides who it is', () => {
    for (const token of ['not-a-jwt', 'a.%%%.c', tokenOf({ name: 7 }), tokenOf({ name: ' ' })]) {
      location.hash = `#token=${encodeURIComponent(token)}`
      expect(takeLinkToken(location, history)).toEqual({ token, name: 'You' })
    }
  })

  it('does nothing without a token', () => {
    location.hash = '#section'
    expect(takeLinkToken(location, history)).toBeNull()
    expect(location.hash).toBe('#section')
  })
})
