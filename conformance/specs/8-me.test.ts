import { expect, test } from 'vitest'
import { Api, expectBody, expectProblem } from '../src/http.ts'
import { people, person, withToken } from '../src/people.ts'
import { makeRoom } from '../src/rooms.ts'
import { untilTyping } from '../src/signals.ts'
import { target } from '../src/target.ts'
import { mint, seconds } from '../src/tokens.ts'
import { startIn, stopIn } from '../src/typing.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about what a person has settled.

interface Me {
  readonly userId: string
  readonly name: string
  readonly settings: { readonly readReceipts: boolean; readonly appearOffline: boolean }
}

test('[P8.me.1] GET /api/me tells who one is, and the settings: read receipts shown, not hidden', async () => {
  const ann = await person('ann')
  const me = expectBody(await ann.api.get<Me>('/api/me'), 200)
  expect(me).toMatchObject({ userId: ann.id, name: ann.name })
  expect(me.settings).toEqual({ readReceipts: true, appearOffline: false })
})

test('[P8.me.2] PATCH /api/me changes what it names and answers the whole; it is kept, for every later token', async () => {
  const ann = await person('ann')
  const patch = async (body: object) => expectBody(await ann.api.patch<Me>('/api/me', body), 200).settings
  expect(await patch({ readReceipts: false })).toEqual({ readReceipts: false, appearOffline: false })
  expect(await patch({ appearOffline: true, colour: 'red' })).toEqual({ readReceipts: false, appearOffline: true })
  expect(await patch({})).toEqual({ readReceipts: false, appearOffline: true })
  expect(await patch({ readReceipts: true })).toEqual({ readReceipts: true, appearOffline: true })
  const token = await mint(ann.at.secret, { sub: ann.id, name: 'Another name', exp: seconds(600) })
  const later = withToken(ann.id, token, ann.at, 'Another name')
  const me = expectBody(await later.api.get<Me>('/api/me'), 200)
  expect(me).toMatchObject({ name: 'Another name', settings: { readReceipts: true, appearOffline: true } })
})

test('[P8.me.3] settings of another type are bad_request, and change nothing', async () => {
  const ann = await person('ann')
  for (const body of [{ readReceipts: 'no' }, { appearOffline: 1 }, { readReceipts: false, appearOffline: null }, []]) {
    expectProblem(await ann.api.patch('/api/me', body), 400, 'bad_request')
  }
  const me = expectBody(await ann.api.get<Me>('/api/me'), 200)
  expect(me.settings).toEqual({ readReceipts: true, appearOffline: false })
})

test('[P8.me.4] settings are one’s own: nothing in a body makes them another’s', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const body = { userId: bob.id, name: 'Mallory', appearOffline: true }
  expect(expectBody(await ann.api.patch<Me>('/api/me', body), 200)).toMatchObject({ userId: ann.id, name: ann.name })
  expect(expectBody(await bob.api.get<Me>('/api/me'), 200).settings.appearOffline).toBe(false)
})

test.each([
  ['GET', '/api/me'],
  ['PATCH', '/api/me'],
  ['GET', '/api/presence?users=ann'],
])('[P8.auth.2] %s %s without credential is 401', async (method, path) => {
  expectProblem(await new Api(target()).call(method, path, method === 'GET' ? undefined : {}), 401, 'unauthorized')
})

test('[P8.hidden.2] who appears offline is not seen typing', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  expectBody(await bob.api.patch('/api/me', { appearOffline: true }), 200)
  const [reader, hidden, other] = [await ann.connect(), await bob.connect(), await cy.connect()]
  await reader.open(roomId)
  hidden.send(startIn(roomId))
  await hidden.fence()
  other.send(startIn(roomId))
  await untilTyping(reader, roomId, [cy.id])
  other.send(stopIn(roomId))
  await untilTyping(reader, roomId, [])
  expect(JSON.stringify(reader.log.filter(frame => frame.type === 'typing'))).not.toContain(bob.id)
})
