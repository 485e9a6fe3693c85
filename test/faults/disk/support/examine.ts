import type { HistoryPage, Message, Room, RoomPage, SendResult } from '@holdfast/protocol'
import { createHoldfast } from '@holdfast/server'
import { silentLogger } from '@holdfast/server/testing'
import { expect } from 'vitest'
import { call } from './call.ts'
import { SECRET } from './tokens.ts'
import type { Acknowledged, Story } from './writers.ts'

/** What a server on a folder makes of a story. */
export interface Findings {
  /** Acknowledged, and not there as it was acknowledged. */
  readonly lost: readonly Acknowledged[]
  /** Whatever else is not as it must be; none is good. */
  readonly wrong: readonly string[]
}

/** A server of this process on the folder. Rejects when it refuses to start. */
export function serverOn(dataDir: string) {
  return createHoldfast({
    store: { kind: 'sqlite', dataDir },
    auth: { mode: 'jwt', secret: SECRET },
    sendRate: 0,
    logger: silentLogger,
  })
}

/** Starts a server on the folder and holds what it serves against what the writers know. */
export async function examine(dataDir: string, story: Story): Promise<Findings> {
  const server = await serverOn(dataDir)
  try {
    const messages = await wholeHistory(server, story)
    if (messages === null)
      return { lost: story.acknowledged, wrong: story.isRoomKnown ? ['the room is not there'] : [] }
    return { lost: lostOf(messages, story), wrong: [...wrongIn(messages, story), ...(await refusesIn(server, story))] }
  } finally {
    await server.close()
  }
}

/** A server on the folder starts, and rooms and messages are kept. */
export async function expectToBeUsable(dataDir: string): Promise<void> {
  const server = await serverOn(dataDir)
  const { id } = await call<Room>(server, 'POST', '/api/rooms', { name: 'new', type: 'private' })
  const message = { clientId: crypto.randomUUID(), content: 'first' }
  const { seq } = await call<SendResult>(server, 'POST', `/api/rooms/${id}/messages`, message)
  await server.close()
  const again = await serverOn(dataDir)
  const { messages } = await call<HistoryPage>(again, 'GET', `/api/rooms/${id}/messages`)
  await again.close()
  expect(messages).toMatchObject([{ ...message, seq }])
}

/** All messages of the room, oldest first; null when there is no such room. */
async function wholeHistory(server: Parameters<typeof call>[0], { roomId }: Story) {
  const { rooms } = await call<RoomPage>(server, 'GET', '/api/rooms')
  if (!rooms.some(room => room.id === roomId)) return null
  const messages: Message[] = []
  for (;;) {
    const path = `/api/rooms/${roomId}/messages?after=${messages.at(-1)?.seq ?? 0}&limit=100`
    const page = await call<HistoryPage>(server, 'GET', path)
    if (page.messages.length === 0) return messages
    messages.push(...page.messages)
  }
}

function lostOf(messages: readonly Message[], { acknowledged }: Story): readonly Acknowledged[] {
  const bySeq = new Map(messages.map(message => [message.seq, message]))
  return acknowledged.filter(({ seq, clientId, content }) => {
    const found = bySeq.get(seq)
    return found?.clientId !== clientId || found.content !== content
  })
}

/** The seqs of messages follow on those of the room's beginning; everybody's messages are the first ones they wrote. */
function wrongIn(messages: readonly Message[], { members, said }: Story): readonly string[] {
  const first = 1 + members.length + 1
  const seqs = messages.map(message => message.seq)
  const isWhole = seqs.every((seq, i) => seq === first + i)
  const isOrdered = members.every(name => {
    const theirs = messages.filter(({ senderId }) => senderId === name).map(message => message.content)
    return theirs.every((content, i) => content === said.get(name)?.[i])
  })
  return [
    ...(isWhole ? [] : [`seqs are not whole: ${seqs.join(' ')}`]),
    ...(isOrdered ? [] : ['a message is missing, repeated or not in the order written']),
  ]
}

/** Holds what a running server serves against what the writers know. Writes nothing. */
export async function compare(url: string, story: Story): Promise<Findings> {
  const messages = (await wholeHistory(url, story)) ?? []
  return { lost: lostOf(messages, story), wrong: wrongIn(messages, story) }
}

/** The head is where the messages end, and the next message comes right behind it. */
async function refusesIn(server: Parameters<typeof call>[0], { roomId }: Story): Promise<readonly string[]> {
  const path = `/api/rooms/${roomId}/messages`
  const { seq: head, messages } = await call<HistoryPage>(server, 'GET', path)
  const { seq } = await call<SendResult>(server, 'POST', path, { clientId: crypto.randomUUID(), content: 'goes on' })
  const last = messages.at(-1)?.seq ?? head
  return seq === head + 1 && head === last ? [] : [`the head is ${head}, the last message ${last}, the next ${seq}`]
}
