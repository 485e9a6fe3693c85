import { expect, test } from 'vitest'
import { Api, expectProblem } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { makeRoom, post, roomPath } from '../src/rooms.ts'
import { unique } from '../src/unique.ts'

// The calls that are this server's own (§8 of its protocol page) keep what the contract says of its calls: a private
// room of others answers as one that does not exist, and nobody is served without a credential.

const ID = '01890000-0000-7000-8000-000000000000'

const INTO_A_ROOM: readonly { readonly method: string; readonly path: string; readonly body?: object }[] = [
  { method: 'PUT', path: '/unread', body: { seq: 1 } },
  { method: 'PUT', path: '/notifications', body: { muted: true } },
  { method: 'GET', path: `/messages/${ID}/seen` },
  { method: 'GET', path: '/presence?since=0' },
]

test.each(INTO_A_ROOM)(
  '[P8.private.1] $method /api/rooms/:id$path of a private room of others answers as for a missing one',
  async ({ method, path, body }) => {
    const [ann, bob] = await people('ann', 'bob')
    const closed = await makeRoom(ann, { name: 'The secret name' })
    const { messageId } = await post(ann, closed, 'secret')
    const missing = unique('room')
    const answers = []
    for (const roomId of [closed, missing]) {
      const answer = await bob.api.call(method, roomPath(roomId, path.replace(ID, messageId)), body)
      expectProblem(answer, 404, 'not_found')
      answers.push(answer.text.replaceAll(roomId, 'ID'))
    }
    expect(answers[0]).toBe(answers[1])
  },
)

test.each(INTO_A_ROOM)(
  '[P8.auth.1] $method /api/rooms/:id$path without credential is 401',
  async ({ method, path, body }) => {
    const ann = await person('ann')
    const roomId = await makeRoom(ann, { type: 'public' })
    expectProblem(await new Api(ann.at).call(method, roomPath(roomId, path), body), 401, 'unauthorized')
  },
)

const OWN_FRAMES: readonly object[] = [
  { type: 'presence.watch' },
  { type: 'presence.watch', userIds: 'ann' },
  { type: 'presence.watch', userIds: [null] },
  { type: 'room.read', roomId: 'r', seq: 1, readRevision: '1' },
  { type: 'room.read', roomId: 'r', seq: 1, readRevision: 1.5 },
]

test.each(OWN_FRAMES.map(frame => JSON.stringify(frame)))(
  '[P8.bad.1] %s gets bad_request, and the session lives on',
  async text => {
    const ann = await person('ann')
    const socket = await ann.connect()
    expect(await socket.request(JSON.parse(text))).toMatchObject({ type: 'error', code: 'bad_request' })
    await socket.fence()
  },
)
