import { expect, test } from 'vitest'
import type { Role } from '../src/contract.ts'
import { type Person, people } from '../src/people.ts'
import { commands, grant, headOf, leave, makeRoom, post, roomPath } from '../src/rooms.ts'

interface Cast {
  readonly roomId: string
  readonly actor: Person
  readonly author: Person
  readonly victim: Person
}

/** Everything a role may or may not do: the HTTP status or command answer tells `allowed` or the code of the refusal. */
type Deed = (cast: Cast) => Promise<string>

async function byCommand(cast: Cast, type: string, messageId: string): Promise<string> {
  const [answer] = await commands(cast.actor, [{ type, ref: 'r', roomId: cast.roomId, messageId, content: 'changed' }])
  return answer?.type === 'error' ? answer.code : 'allowed'
}

async function byHttp(cast: Cast, method: string, path: string, body?: object): Promise<string> {
  const answer = await cast.actor.api.call<{ code: string }>(method, roomPath(cast.roomId, path), body)
  return answer.status < 300 ? 'allowed' : answer.body.code
}

function onMessage(type: string, whose: 'actor' | 'author'): Deed {
  return async cast => {
    const { messageId } = await post(cast[whose], cast.roomId, 'a message')
    return byCommand(cast, type, messageId)
  }
}

const DEEDS: Readonly<Record<string, Deed>> = {
  'edit an own message': onMessage('message.edit', 'actor'),
  'delete an own message': onMessage('message.delete', 'actor'),
  'edit another’s message': onMessage('message.edit', 'author'),
  'delete another’s message': onMessage('message.delete', 'author'),
  'pin a message': onMessage('message.pin', 'author'),
  'unpin a message': async cast => {
    const { messageId } = await post(cast.author, cast.roomId, 'a message')
    await byCommand(cast, 'message.pin', messageId)
    return byCommand(cast, 'message.unpin', messageId)
  },
  'change settings': cast => byHttp(cast, 'PATCH', '', { topic: 'new' }),
  'remove a member': cast => byHttp(cast, 'DELETE', `/members/${cast.victim.id}`),
  'ban a member': cast => byHttp(cast, 'PUT', `/bans/${cast.victim.id}`, {}),
  'lift a ban': async cast => {
    await byHttp(cast, 'PUT', `/bans/${cast.victim.id}`, {})
    return byHttp(cast, 'DELETE', `/bans/${cast.victim.id}`)
  },
  'mute a member': cast => byHttp(cast, 'PUT', `/mutes/${cast.victim.id}`, {}),
  'lift a mute': async cast => {
    await byHttp(cast, 'PUT', `/mutes/${cast.victim.id}`, {})
    return byHttp(cast, 'DELETE', `/mutes/${cast.victim.id}`)
  },
  'make himself admin': cast => byHttp(cast, 'PUT', `/members/${cast.actor.id}`, { role: 'admin' }),
}

/** What each role may do (protocol §4 and §5); what stands nowhere is not asked. */
const TABLE: Readonly<Record<Role, Readonly<Record<string, 'allowed' | 'forbidden'>>>> = {
  member: {
    'edit an own message': 'allowed',
    'delete an own message': 'allowed',
    'edit another’s message': 'forbidden',
    'delete another’s message': 'forbidden',
    'pin a message': 'forbidden',
    'unpin a message': 'forbidden',
    'change settings': 'forbidden',
    'remove a member': 'forbidden',
    'ban a member': 'forbidden',
    'lift a ban': 'forbidden',
    'mute a member': 'forbidden',
    'lift a mute': 'forbidden',
    'make himself admin': 'forbidden',
  },
  admin: {
    'edit an own message': 'allowed',
    'delete an own message': 'allowed',
    'edit another’s message': 'forbidden',
    'delete another’s message': 'allowed',
    'pin a message': 'allowed',
    'unpin a message': 'allowed',
    'change settings': 'allowed',
    'remove a member': 'allowed',
    'ban a member': 'allowed',
    'lift a ban': 'allowed',
    'mute a member': 'allowed',
    'lift a mute': 'allowed',
  },
  owner: {
    'edit an own message': 'allowed',
    'delete an own message': 'allowed',
    'edit another’s message': 'forbidden',
    'delete another’s message': 'allowed',
    'pin a message': 'allowed',
    'unpin a message': 'allowed',
    'change settings': 'allowed',
    'remove a member': 'allowed',
    'ban a member': 'allowed',
    'lift a ban': 'allowed',
    'mute a member': 'allowed',
    'lift a mute': 'allowed',
  },
}

const ROWS = Object.entries(TABLE).flatMap(([role, deeds]) =>
  Object.entries(deeds).map(([deed, outcome]) => [role as Role, deed, outcome] as const),
)

/** A room in which the actor has the role; author and victim are plain members. */
async function castOf(role: Role): Promise<Cast> {
  const [owner, other, author, victim] = await people('owner', 'other', 'author', 'victim')
  const roomId = await makeRoom(owner, { members: [other, author, victim] })
  if (role === 'admin') await grant(owner, roomId, other, 'admin')
  return { roomId, actor: role === 'owner' ? owner : other, author, victim }
}

test.each(ROWS)('[P4.roles.1] %s: to %s is %s', async (role, deed, outcome) => {
  const cast = await castOf(role)
  expect(await DEEDS[deed]?.(cast)).toBe(outcome)
})

test('[P4.roles.2] the creator is owner; nothing in a frame or body makes one more than one is', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { type: 'public' })
  const answer = await ann.api.post(roomPath(roomId, '/join'), { role: 'owner', userId: owner.id })
  expect(answer.status).toBeLessThan(300)
  const members = await ann.api.get<{ members: { userId: string; role: string }[] }>(roomPath(roomId, '/members'))
  const roles = Object.fromEntries(members.body.members.map(member => [member.userId, member.role]))
  expect(roles).toEqual({ [owner.id]: 'owner', [ann.id]: 'member' })
})

test('[P4.roles.3] a refused command adds nothing to the log', async () => {
  const { roomId, actor, author } = await castOf('member')
  const { messageId, seq } = await post(author, roomId, 'mine')
  const cast = { roomId, actor, author, victim: author }
  for (const type of ['message.edit', 'message.delete', 'message.pin']) {
    expect(await byCommand(cast, type, messageId)).toBe('forbidden')
  }
  expect(await headOf(author, roomId)).toBe(seq)
})

test('[P4.roles.4] who lost the role lost its rights', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { members: [ann] })
  const { messageId } = await post(owner, roomId, 'hello')
  await grant(owner, roomId, ann, 'admin')
  const cast = { roomId, actor: ann, author: owner, victim: owner }
  expect(await byCommand(cast, 'message.pin', messageId)).toBe('allowed')
  await grant(owner, roomId, ann, 'member')
  expect(await byCommand(cast, 'message.unpin', messageId)).toBe('forbidden')
})

test('[P4.roles.5] who left may no longer edit or delete what he wrote', async () => {
  const [owner, ann] = await people('owner', 'ann')
  const roomId = await makeRoom(owner, { type: 'public', members: [ann] })
  const { messageId } = await post(ann, roomId, 'mine')
  await leave(ann, roomId)
  const cast = { roomId, actor: ann, author: ann, victim: ann }
  for (const type of ['message.edit', 'message.delete'])
    expect(await byCommand(cast, type, messageId)).toBe('forbidden')
})
