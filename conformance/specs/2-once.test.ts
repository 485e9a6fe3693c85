import { expect, test } from 'vitest'
import type { Ack } from '../src/contract.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { type Person, people, person, withToken } from '../src/people.ts'
import { commands, grant, headOf, history, kick, makeRoom, post, roomPath } from '../src/rooms.ts'
import { mint, seconds } from '../src/tokens.ts'

interface Outcome {
  readonly messageId?: string
  readonly seq?: number
  readonly at?: number
  readonly duplicate?: boolean
  readonly code?: string
}

type Send = (sender: Person, roomId: string, clientId: string, content: string) => Promise<Outcome>

/** One way to send a message, for each transport that takes one. */
const TRANSPORTS: Readonly<Record<string, Send>> = {
  socket: async (sender, roomId, clientId, content) => {
    const socket = await sender.connect()
    const answer = await socket.say(roomId, content, { clientId })
    socket.terminate()
    return answer
  },
  http: async (sender, roomId, clientId, content) => {
    const answer = await sender.api.post<Outcome>(roomPath(roomId, '/messages'), { clientId, content })
    if (answer.status < 300) expect(answer.status).toBe(answer.body.duplicate === true ? 200 : 201)
    return answer.body
  },
  commands: async (sender, roomId, clientId, content) => {
    const [answer] = await commands(sender, [{ type: 'message.send', roomId, clientId, content }])
    return answer as Outcome
  },
}

const pairs = Object.keys(TRANSPORTS).flatMap(first => Object.keys(TRANSPORTS).map(second => [first, second] as const))

function transport(name: string): Send {
  const send = TRANSPORTS[name]
  if (send === undefined) throw new Error(`no transport ${name}`)
  return send
}

test.each(pairs)(
  '[P2.4.1] sent over %s and again over %s: the first ack, duplicate, nothing added',
  async (first, second) => {
    const ann = await person('ann')
    const roomId = await makeRoom(ann)
    const original = await transport(first)(ann, roomId, 'same', 'hello')
    expect(original).toMatchObject({ duplicate: false })
    const { messageId, seq, at } = original
    const again = await transport(second)(ann, roomId, 'same', 'hello')
    expect(again).toMatchObject({ messageId, seq, at, duplicate: true })
    expect(await headOf(ann, roomId)).toBe(seq)
  },
)

test.each(Object.keys(TRANSPORTS))(
  '[P2.4.2] the same clientId with other content over %s is a conflict',
  async name => {
    const ann = await person('ann')
    const roomId = await makeRoom(ann)
    const { seq } = await post(ann, roomId, 'hello', { clientId: 'same' })
    expect(await transport(name)(ann, roomId, 'same', 'something else')).toMatchObject({ code: 'conflict' })
    expect(await headOf(ann, roomId)).toBe(seq)
    expect((await history(ann, roomId)).messages.map(message => message.content)).toEqual(['hello'])
  },
)

test('[P2.4.2] over HTTP a conflict answers 409', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await post(ann, roomId, 'hello', { clientId: 'same' })
  const body = { clientId: 'same', content: 'something else' }
  expectProblem(await ann.api.post(roomPath(roomId, '/messages'), body), 409, 'conflict')
})

test('[P2.4.3] the same clientId of another user, or in another room, is another message', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const [one, two] = [await makeRoom(ann, { members: [bob] }), await makeRoom(ann)]
  const acks = [
    await post(ann, one, 'by ann', { clientId: 'same' }),
    await post(bob, one, 'by bob', { clientId: 'same' }),
    await post(ann, two, 'elsewhere', { clientId: 'same' }),
  ]
  expect(new Set(acks.map(ack => ack.messageId)).size).toBe(3)
})

test('[P2.4.4] a later token of the user changes nothing about it', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const original = await post(ann, roomId, 'hello', { clientId: 'same' })
  const token = await mint(ann.at.secret, { sub: ann.id, name: 'Renamed', exp: seconds(600) })
  const later = withToken(ann.id, token, ann.at, 'Renamed')
  const again = await later.api.post<Ack>(roomPath(roomId, '/messages'), { clientId: 'same', content: 'hello' })
  expect(expectBody(again, 200)).toEqual({ ...original, duplicate: true })
})

test('[P2.4.5] twenty at once over all transports: one message, twenty equal acks', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const names = Object.keys(TRANSPORTS)
  const sends = Array.from({ length: 20 }, (_, index) =>
    transport(names[index % 3] ?? '')(ann, roomId, 'same', 'hello'),
  )
  const outcomes = await Promise.all(sends)
  expect(outcomes.filter(outcome => outcome.duplicate === false).length).toBe(1)
  expect(new Set(outcomes.map(({ messageId, seq, at }) => `${messageId} ${seq} ${at}`)).size).toBe(1)
  expect((await history(ann, roomId)).messages.length).toBe(1)
})

test('[P2.4.6] an edit of the message does not turn its repeat into a conflict', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const original = await post(ann, roomId, 'hello', { clientId: 'same' })
  const { messageId } = original
  await commands(ann, [{ type: 'message.edit', ref: 'r', roomId, messageId, content: 'edited' }])
  const again = await ann.api.post<Ack>(roomPath(roomId, '/messages'), { clientId: 'same', content: 'hello' })
  expect(expectBody(again, 200)).toEqual({ ...original, duplicate: true })
  expect((await history(ann, roomId)).messages[0]?.content).toBe('edited')
})

test('[P2.4.8] a clientId names its message for ever: also after its sender was removed, added again and muted', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const original = await post(bob, roomId, 'hello', { clientId: 'same' })
  await kick(ann, roomId, bob)
  await grant(ann, roomId, bob, 'member')
  expectSuccess(await ann.api.put(roomPath(roomId, `/mutes/${bob.id}`)))
  for (const name of Object.keys(TRANSPORTS)) {
    const again = await transport(name)(bob, roomId, 'same', 'hello')
    expect(again, name).toMatchObject({ ...original, duplicate: true })
  }
})

test('[P2.4.9] content is compared as it is: another spelling of the same letter is other content', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  await post(ann, roomId, 'caf\u00e9', { clientId: 'same' })
  for (const content of ['cafe\u0301', 'caf\u00e9 ', 'Caf\u00e9']) {
    expect(await transport('http')(ann, roomId, 'same', content)).toMatchObject({ code: 'conflict' })
  }
})

test('[P2.4.7] a refused send leaves its clientId free', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const refused = await ann.api.post(roomPath(roomId, '/messages'), { clientId: 'same', content: '' })
  expectProblem(refused, 400, 'bad_request')
  expect((await post(ann, roomId, 'now with content', { clientId: 'same' })).duplicate).toBe(false)
})
