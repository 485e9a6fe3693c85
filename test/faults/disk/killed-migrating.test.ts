import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { HistoryPage, RoomPage } from '@holdfast/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call } from './support/call.ts'
import { expectToBeUsable, serverOn } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import { FIRST_VERSION } from './support/plants.ts'
import { Served } from './support/served.ts'
import { injected } from './support/strace.ts'

const AT = 1_700_000_000_000

let folder: ReturnType<typeof newFolder>
let firstVersion: string

beforeAll(async () => {
  folder = newFolder()
  firstVersion = join(folder.path, 'first')
  const server = Served.begin({ dataDir: firstVersion, planted: [FIRST_VERSION] })
  expect(await server.listening()).toBe(false)
  fill(join(firstVersion, 'holdfast.db'))
})
afterAll(() => folder.remove())

const BY = { at: AT, by: 'ann' }
const ROOM = { id: 'r', name: 'Room', type: 'public', topic: '', ephemeral: false, slowModeMs: 0, metadata: {} }
/** What lies before the messages: a room's log has no holes. */
const EVENTS = [
  { kind: 'room.created', seq: 1, ...BY, room: { ...ROOM, createdBy: 'ann', createdAt: AT } },
  { kind: 'member.joined', seq: 2, ...BY, member: { userId: 'ann', name: 'ANN', role: 'owner' } },
  { kind: 'member.joined', seq: 3, ...BY, member: { userId: 'bob', name: 'BOB', role: 'member' } },
]

/** A room of ann's as the first version kept it: with two messages, bob has read one. */
function fill(file: string): void {
  const database = new DatabaseSync(file)
  database.exec(`
    INSERT INTO rooms VALUES (1, 'r', 'e', 5, ${AT}, ${AT}, 'public', 'Room', 'room', '', 0, '{}', 'ann', ${AT}, 2, 'ann', 4, NULL, 0);
    INSERT INTO members VALUES (1, 'ann', 'ANN', 'ann', 'owner', 2, 2), (1, 'bob', 'BOB', 'bob', 'member', 3, 4);
    INSERT INTO messages VALUES
      (1, 4, 4, 'm4', 'ann', 'ANN', 'c1', 'f', 'text', 'one', NULL, NULL, NULL, ${AT}, NULL, NULL, NULL, 0),
      (1, 5, 4, 'm5', 'ann', 'ANN', 'c2', 'f', 'text', 'two', NULL, NULL, NULL, ${AT}, NULL, NULL, NULL, 0);`)
  const insert = database.prepare('INSERT INTO events VALUES (1, ?, ?)')
  for (const event of EVENTS) insert.run(event.seq, JSON.stringify(event))
  database.close()
}

it.each([
  ['before anything of it is there', 'pwrite64', 1],
  ['in the middle of what it writes', 'pwrite64', 12],
  ['after all of it is written', 'fsync', 2],
] as const)(
  'killed while a database of the first version is brought to this one, %s: the next start does it whole',
  async (name, systemCall, when) => {
    const dataDir = join(folder.path, name)
    cpSync(firstVersion, dataDir, { recursive: true })
    const follow = injected(join(folder.path, `${name} trace`), {
      call: systemCall,
      file: join(dataDir, 'holdfast.db-wal'),
      what: 'SIGKILL',
      when: String(when),
    })
    const server = Served.begin({ dataDir, follow })
    expect(await server.listening()).toBe(false)
    expect(await server.ended(), 'it was killed').toBeNull()

    const next = await serverOn(dataDir)
    const page = await call<HistoryPage>(next, 'GET', '/api/rooms/r/messages')
    expect(page).toMatchObject({ seq: 5, messages: [{ content: 'one' }, { content: 'two' }] })
    expect((await call<RoomPage>(next, 'GET', '/api/rooms')).rooms).toMatchObject([{ id: 'r', seq: 5, muted: false }])
    await next.close()
    await expectToBeUsable(dataDir)
  },
)
