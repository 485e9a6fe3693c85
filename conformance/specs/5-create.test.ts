import { expect, test } from 'vitest'
import type { Room } from '../src/contract.ts'
import { expectBody, expectProblem } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { logOf, makeRoom, roomPath, snapshotOf } from '../src/rooms.ts'
import { expectRoom } from '../src/shape.ts'
import { unique } from '../src/unique.ts'

test.each(['public', 'private'] as const)(
  '[P5.create.1] POST /api/rooms makes a %s room: 201 and the room',
  async type => {
    const [ann, bob] = await people('ann', 'bob')
    const id = unique('room')
    const body = { id, name: 'Ops', type, members: [bob.id], metadata: { a: { b: [1, null, 'x'] } } }
    const room = expectBody(await ann.api.post<Room>('/api/rooms', body), 201)
    expectRoom(room)
    expect(room).toMatchObject({ id, name: 'Ops', type, ephemeral: false, createdBy: ann.id })
    expect(room.metadata).toEqual(body.metadata)
    expect((await snapshotOf(bob, id)).room).toEqual(room)
  },
)

test('[P5.create.2] without id the server makes one', async () => {
  const ann = await person('ann')
  const create = () => ann.api.post<Room>('/api/rooms', { name: 'Ops', type: 'private' })
  const ids = [expectBody(await create(), 201).id, expectBody(await create(), 201).id]
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
  expect(new Set(ids).size).toBe(2)
})

test('[P5.create.3] a taken id answers 409, whosever room it is, and changes nothing', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const id = await makeRoom(ann, { name: 'First' })
  for (const who of [ann, bob]) {
    const answer = await who.api.post('/api/rooms', { id, name: 'Second', type: 'public' })
    expectProblem(answer, 409, 'conflict')
    expect(answer.text).not.toContain('First')
  }
  expect((await snapshotOf(ann, id)).room.name).toBe('First')
})

test('[P5.create.4] of ten at once with one id exactly one gets 201', async () => {
  const ann = await person('ann')
  const body = { id: unique('room'), name: 'Ops', type: 'private' }
  const calls = await Promise.all(Array.from({ length: 10 }, () => ann.api.post('/api/rooms', body)))
  expect(calls.map(answer => answer.status).sort()).toEqual([201, ...Array(9).fill(409)])
  expect((await logOf(ann, body.id)).length).toBe(2)
})

test('[P5.create.5] a missing or wrong field is 400', async () => {
  const ann = await person('ann')
  const bodies = [
    { type: 'private' },
    { name: 'A room' },
    { name: 7, type: 'private' },
    { name: 'A room', type: 'secret' },
    { name: 'A room', type: 'private', members: 'bob' },
    { name: 'A room', type: 'private', members: [7] },
    { name: 'A room', type: 'private', members: [''] },
    { name: 'A room', type: 'private', members: ['x'.repeat(129)] },
    { name: 'A room', type: 'private', members: ['a\nb'] },
    { name: 'A room', type: 'private', ephemeral: 'yes' },
    { name: 'A room', type: 'private', id: 7 },
    [],
    null,
    'room',
  ]
  for (const body of bodies) expectProblem(await ann.api.post('/api/rooms', body), 400, 'bad_request')
})

test('[P5.direct.1] a direct room of the same members exists once: 201, then 200 and the same room', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const direct = (who: Person, ...members: Person[]) =>
    who.api.post<Room>('/api/rooms', { name: 'Direct', type: 'direct', members: members.map(one => one.id) })
  const first = expectBody(await direct(ann, bob), 201)
  expect(first.type).toBe('direct')
  for (const again of [await direct(ann, bob), await direct(bob, ann), await direct(ann, ann, bob)]) {
    expect(expectBody(again, 200).id).toBe(first.id)
  }
  expect(expectBody(await direct(ann, bob, cy), 201).id).not.toBe(first.id)
  expect((await snapshotOf(bob, first.id)).memberCount).toBe(2)
})

test('[P5.direct.2] asked for by both at once, a direct room is made once', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const direct = (who: Person, other: Person) =>
    who.api.post<Room>('/api/rooms', { name: 'Direct', type: 'direct', members: [other.id] })
  const answers = await Promise.all([direct(ann, bob), direct(bob, ann), direct(ann, bob), direct(bob, ann)])
  expect(answers.map(answer => answer.status).sort()).toEqual([200, 200, 200, 201])
  expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
})

test('[P5.direct.3] a direct room of others is as hidden as a private one', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { type: 'direct', members: [bob] })
  for (const path of ['', '/messages', '/sync', '/members']) {
    expectProblem(await cy.api.get(roomPath(roomId, path)), 404, 'not_found')
  }
  expectProblem(await cy.api.post(roomPath(roomId, '/join')), 404, 'not_found')
  expect(await (await cy.connect()).tryOpen(roomId)).toMatchObject({ type: 'error', code: 'not_found' })
})
