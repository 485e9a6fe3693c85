import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import type { Ack, Member } from '../src/contract.ts'
import { expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { type Person, people, person, withToken } from '../src/people.ts'
import { ban, grant, headOf, join, kick, logOf, makeCrowd, makeRoom, post, roomPath } from '../src/rooms.ts'
import { expectMember } from '../src/shape.ts'
import { mint } from '../src/tokens.ts'
import { unique } from '../src/unique.ts'

interface MemberList {
  readonly members: readonly Member[]
  readonly nextCursor: string | null
}

async function membersOf(reader: Person, roomId: string, query = ''): Promise<MemberList> {
  return expectBody(await reader.api.get<MemberList>(roomPath(roomId, `/members${query}`)), 200)
}

/** What becomes of one send over HTTP: `sent`, or the code of the refusal. */
async function trySend(sender: Person, roomId: string): Promise<string> {
  const body = { clientId: unique('c'), content: 'may I?' }
  const answer = await sender.api.post<Ack & { code: string }>(roomPath(roomId, '/messages'), body)
  return answer.status < 300 ? 'sent' : answer.body.code
}

test('[P5.members.1] GET members lists them with name and role', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  await join(bob, roomId)
  const { members } = await membersOf(bob, roomId)
  for (const member of members) expectMember(member)
  expect(new Set(members.map(member => `${member.userId} ${member.name} ${member.role}`))).toEqual(
    new Set([`${ann.id} ${ann.name} owner`, `${bob.id} ${bob.name} member`]),
  )
})

test('[P5.members.2] nextCursor leads through all members, none twice, none skipped', async () => {
  const ann = await person('ann')
  const ids = Array.from({ length: 230 }, () => unique('m'))
  const roomId = await makeCrowd(ann, ids)
  const seen: string[] = []
  let cursor: string | null = ''
  for (let page = 0; page < 230 && cursor !== null; page += 1) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const list = await membersOf(ann, roomId, query)
    seen.push(...list.members.map(member => member.userId))
    cursor = list.nextCursor ?? null
  }
  expect([...seen].sort()).toEqual([ann.id, ...ids].sort())
})

test('[P5.members.3] q narrows the list by name', async () => {
  const [ann, bob] = await people('ann', 'bobbie')
  const roomId = await makeRoom(ann, { type: 'public' })
  await join(bob, roomId)
  const found = await membersOf(ann, roomId, '?q=bobbie')
  expect(found.members.map(member => member.userId)).toEqual([bob.id])
  expect((await membersOf(ann, roomId, '?q=nobody-of-that-name')).members).toEqual([])
})

test('[P5.members.4] PUT adds a member, changes a role, and is idempotent', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann)
  expectSuccess(await ann.api.put(roomPath(roomId, `/members/${bob.id}`)))
  expect((await membersOf(bob, roomId)).members.find(member => member.userId === bob.id)?.role).toBe('member')
  await grant(ann, roomId, bob, 'admin')
  const head = await headOf(ann, roomId)
  await grant(ann, roomId, bob, 'admin')
  expect(await headOf(ann, roomId)).toBe(head)
  expect((await membersOf(bob, roomId)).members.find(member => member.userId === bob.id)?.role).toBe('admin')
})

test('[P5.members.5] an unknown role is 400', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann)
  for (const role of ['god', 7, '']) {
    expectProblem(await ann.api.put(roomPath(roomId, `/members/${bob.id}`), { role }), 400, 'bad_request')
  }
})

test('[P5.members.6] DELETE of another is kicked, of oneself left', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  await kick(ann, roomId, bob)
  await kick(cy, roomId, cy)
  const left = (await logOf(ann, roomId)).filter(event => event.kind === 'member.left')
  expect(left.map(event => [event.userId, event.reason, event.by])).toEqual([
    [bob.id, 'kicked', ann.id],
    [cy.id, 'left', cy.id],
  ])
})

test('[P5.members.7] a kicked member may join a public room again', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await kick(ann, roomId, bob)
  expect(await trySend(bob, roomId)).toBe('forbidden')
  await join(bob, roomId)
  expect(await trySend(bob, roomId)).toBe('sent')
})

test('[P5.bans.1] a banned member leaves with reason banned and can neither join nor open', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await ban(ann, roomId, bob, { reason: 'spam' })
  expect((await logOf(ann, roomId)).at(-1)).toMatchObject({ kind: 'member.left', userId: bob.id, reason: 'banned' })
  expectProblem(await bob.api.post(roomPath(roomId, '/join')), 403, 'forbidden')
  const socket = await bob.connect()
  expect(await socket.tryOpen(roomId)).toMatchObject({ type: 'error', code: 'forbidden' })
})

test('[P5.bans.2] lifting the ban ends it', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await ban(ann, roomId, bob)
  expectSuccess(await ann.api.delete(roomPath(roomId, `/bans/${bob.id}`)))
  await join(bob, roomId)
  expect(await trySend(bob, roomId)).toBe('sent')
})

test('[P5.bans.3] a ban ends at until', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  await ban(ann, roomId, bob, { until: Date.now() + 3000 })
  expectProblem(await bob.api.post(roomPath(roomId, '/join')), 403, 'forbidden')
  const joined = async () => ((await bob.api.post(roomPath(roomId, '/join'))).status < 300 ? true : undefined)
  await eventually(joined, 'the end of the ban')
})

test('[P5.bans.4] who is banned before joining cannot join; a banned user cannot be brought back by a second ban', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public' })
  const head = await headOf(ann, roomId)
  await ban(ann, roomId, bob)
  await ban(ann, roomId, bob)
  expectProblem(await bob.api.post(roomPath(roomId, '/join')), 403, 'forbidden')
  expect(await headOf(ann, roomId), 'nobody left').toBe(head)
})

test('[P5.bans.5] until that is no integer is 400', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  for (const until of ['tomorrow', 1.5, {}]) {
    expectProblem(await ann.api.put(roomPath(roomId, `/bans/${bob.id}`), { until }), 400, 'bad_request')
    expectProblem(await ann.api.put(roomPath(roomId, `/mutes/${bob.id}`), { until }), 400, 'bad_request')
  }
})

test('[P5.bans.6] until beyond any date is clamped: a ban without end', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  for (const until of [Number.MAX_SAFE_INTEGER, 1e308]) await ban(ann, roomId, bob, { until })
  expectProblem(await bob.api.post(roomPath(roomId, '/join')), 403, 'forbidden')
})

test('[P5.mutes.1] a muted member’s sends get muted, over every transport; reading goes on', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const socket = await bob.connect()
  await socket.open(roomId)
  expectSuccess(await ann.api.put(roomPath(roomId, `/mutes/${bob.id}`)))
  expect(await socket.say(roomId, 'hello')).toMatchObject({ type: 'error', code: 'muted', retryable: false })
  const body = { clientId: unique('c'), content: 'hello' }
  expectProblem(await bob.api.post(roomPath(roomId, '/messages'), body), 403, 'muted')
  const { seq } = await post(ann, roomId, 'still read')
  await socket.reaches(roomId, seq)
})

test('[P5.mutes.2] lifting the mute ends it', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  expectSuccess(await ann.api.put(roomPath(roomId, `/mutes/${bob.id}`)))
  expect(await trySend(bob, roomId)).toBe('muted')
  expectSuccess(await ann.api.delete(roomPath(roomId, `/mutes/${bob.id}`)))
  expect(await trySend(bob, roomId)).toBe('sent')
})

test('[P5.mutes.3] a mute ends at until', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  expectSuccess(await ann.api.put(roomPath(roomId, `/mutes/${bob.id}`), { until: Date.now() + 3000 }))
  expect(await trySend(bob, roomId)).toBe('muted')
  const unmuted = async () => ((await trySend(bob, roomId)) === 'sent' ? true : undefined)
  await eventually(unmuted, 'the end of the mute')
})

test('[P5.members.8] members, bans and mutes of a private room of others answer 404', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann)
  for (const id of [roomId, 'no-such-room']) {
    expectProblem(await bob.api.get(roomPath(id, '/members')), 404, 'not_found')
    for (const path of [`/members/${bob.id}`, `/bans/${ann.id}`, `/mutes/${ann.id}`]) {
      expectProblem(await bob.api.put(roomPath(id, path), {}), 404, 'not_found')
      expectProblem(await bob.api.delete(roomPath(id, path)), 404, 'not_found')
    }
  }
})

test('[P5.members.9] a userId with any characters is addressed percent-encoded', async () => {
  const ann = await person('ann')
  for (const sub of [
    unique('auth0|a'),
    unique('a/b'),
    unique('é ü'),
    unique('50%'),
    unique('%2F'),
    unique('a?b#c&d+e'),
  ]) {
    const token = await mint(ann.at.secret, { sub, name: 'Odd' })
    const odd = withToken(sub, token, ann.at, 'Odd')
    const roomId = await makeRoom(ann)
    const path = roomPath(roomId, `/members/${encodeURIComponent(sub)}`)
    expectSuccess(await ann.api.put(path, { role: 'admin' }))
    expect((await membersOf(odd, roomId)).members.find(member => member.userId === sub)?.role).toBe('admin')
    expectSuccess(await ann.api.delete(path))
    expect((await membersOf(ann, roomId)).members.map(member => member.userId)).toEqual([ann.id])
  }
})
