import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HistoryPage, Message, Room, RoomEvent } from '@holdfast/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { answer, call } from './support/call.ts'
import { serverOn } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import { Seeded } from './support/random.ts'
import { emptyPage, flippedBit, misplacedPage, type Rot, scrambledSector } from './support/rot.ts'

const MESSAGES = 60
const TRIES = 24

type Server = Awaited<ReturnType<typeof serverOn>>

/** What is given out of a room; null where that is refused. */
interface Given {
  readonly messages: readonly Message[] | null
  readonly events: readonly RoomEvent[] | null
}

let folder: ReturnType<typeof newFolder>
let room: { readonly id: string; readonly epoch: string }
let written: Given

beforeAll(async () => {
  folder = newFolder()
  const server = await serverOn(join(folder.path, 'stopped'))
  room = await fill(server)
  written = await given(server)
  cpSync(join(folder.path, 'stopped'), join(folder.path, 'killed'), { recursive: true })
  await server.close()
  expect(written.events?.length).toBeGreaterThan(MESSAGES)
})
afterAll(() => folder.remove())

/** A room with messages, some of them edited or deleted. */
async function fill(server: Server) {
  const { id } = await call<Room>(server, 'POST', '/api/rooms', { name: 'rot', type: 'private' })
  const path = `/api/rooms/${id}/messages`
  for (let i = 0; i < MESSAGES; i++) {
    const message = { clientId: crypto.randomUUID(), content: `message ${i} ${'of some length '.repeat(i % 40)}` }
    const { messageId } = await call<{ messageId: string }>(server, 'POST', path, message)
    if (i % 7 === 3) await call(server, 'PATCH', `${path}/${messageId}`, { content: `edited ${i}` })
    if (i % 11 === 5) await answer(server, 'DELETE', `${path}/${messageId}`)
  }
  return { id, epoch: (await call<HistoryPage>(server, 'GET', path)).epoch }
}

/** The messages as they are, and the log from its beginning on. */
async function given(server: Server): Promise<Given> {
  const page = await answer(server, 'GET', `/api/rooms/${room.id}/messages?limit=100`)
  const rooms = [{ roomId: room.id, epoch: room.epoch, seq: 0 }]
  const sync = await answer(server, 'POST', '/api/sync', { rooms })
  const messages = page.ok ? ((await page.json()) as HistoryPage).messages : null
  const [log] = sync.ok ? ((await sync.json()) as { rooms: { events?: RoomEvent[] }[] }).rooms : []
  return { messages, events: log?.events ?? null }
}

/** What a server on a copy of the folder gives out, or why it does not start, when a file of it has rotted. */
async function afterRot(from: string, file: string, rot: Rot, random: Seeded) {
  const dataDir = join(folder.path, 'rotten')
  rmSync(dataDir, { recursive: true, force: true })
  cpSync(join(folder.path, from), dataDir, { recursive: true })
  rmSync(join(dataDir, 'holdfast.db-shm'), { force: true })
  const bytes = readFileSync(join(dataDir, file))
  const where = rot(bytes, random)
  writeFileSync(join(dataDir, file), bytes)
  const server = await serverOn(dataDir).catch((error: Error) => error.message)
  if (typeof server === 'string') {
    expect(server, where).toMatch(/^unable to [^\n]+$/)
    expect(server, where).toContain(join(dataDir, file))
    return { where, given: null }
  }
  const whatIsGiven = await given(server)
  await server.close()
  return { where, given: whatIsGiven }
}

it.each([
  ['one bit', flippedBit, 1],
  ['a sector', scrambledSector, 2],
  ['an empty page', emptyPage, 3],
  ['a misplaced page', misplacedPage, 4],
])(
  'a database of which %s is not what was written is refused by its name, or no message and no event is given out that is not as it was written',
  async (_, rot, seed) => {
    const random = new Seeded(seed)
    let refused = 0
    for (let i = 0; i < TRIES; i++) {
      const { where, given: found } = await afterRot('stopped', 'holdfast.db', rot, random)
      if (found?.messages !== null && found !== null) expect(found.messages, where).toEqual(written.messages)
      if (found?.events !== null && found !== null) expect(found.events, where).toEqual(written.events)
      if (found === null || found.messages === null || found.events === null) refused++
    }
    expect(refused).toBeGreaterThan(0)
  },
)

it.each([
  ['one bit', flippedBit, 5],
  ['a sector', scrambledSector, 6],
])(
  'a log left behind of which %s is not what was written is refused by its name, or nothing but its last commit or two is gone',
  async (_, rot, seed) => {
    const random = new Seeded(seed)
    let refused = 0
    for (let i = 0; i < TRIES; i++) {
      const { where, given: found } = await afterRot('killed', 'holdfast.db-wal', rot, random)
      if (found === null) refused++
      else
        expect(
          [0, 1, 2].map(gone => written.events?.slice(0, (written.events?.length ?? 0) - gone)),
          where,
        ).toContainEqual(found.events)
    }
    expect(refused).toBeGreaterThan(TRIES / 2)
  },
)
