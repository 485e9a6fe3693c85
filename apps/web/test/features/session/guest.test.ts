import { describe, expect, it } from 'vitest'
import { signInAsGuest } from '../../../src/features/session/guest.ts'

const answering =
  (status: number, body: unknown = {}): typeof fetch =>
  async () =>
    Response.json(body, { status })

describe('signInAsGuest', () => {
  it('answers the session that the server gives', async () => {
    const session = { token: 't', user: { id: 'u', name: 'Ana' } }
    expect(await signInAsGuest('Ana', answering(200, session))).toEqual({ kind: 'signed-in', session })
  })

  it.each([403, 404])('takes %i as: this server has no guests', async status => {
    expect(await signInAsGuest('Ana', answering(status))).toEqual({ kind: 'no-guests' })
  })

  it.each([
    [400, 'name: must not be blank'],
    [429, 'Wait a moment'],
    [503, 'not ready yet'],
  ])('puts a %i in words', async (status, words) => {
    const answer = await signInAsGuest('Ana', answering(status, { detail: 'name: must not be blank' }))
    expect(answer).toMatchObject({ kind: 'failed', words: expect.stringContaining(words) })
  })

  it('says that the server cannot be reached when it cannot', async () => {
    const away: typeof fetch = () => Promise.reject(new TypeError('fetch failed'))
    expect(await signInAsGuest('Ana', away)).toMatchObject({
      kind: 'failed',
      words: expect.stringContaining('reached'),
    })
  })

  it('says what it can when the answer is no JSON, as a proxy’s is', async () => {
    const proxy: typeof fetch = async () =>
      new Response('<h1>Bad gateway</h1>', { status: 400, statusText: 'Bad Request' })
    expect(await signInAsGuest('Ana', proxy)).toMatchObject({
      kind: 'failed',
      words: expect.stringContaining('Bad Request'),
    })
  })
})
