import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '@holdfast/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answer } from './support/call.ts'
import { compare, expectToBeUsable } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import { FREQUENT_CHECKPOINTS, NEVER_HALTED } from './support/plants.ts'
import { Served } from './support/served.ts'
import { faultsIn, injected } from './support/strace.ts'
import { until } from './support/until.ts'
import { Writers } from './support/writers.ts'

/** How often a message is tried while nothing may be written. */
const ATTEMPTS = 5

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const dataDir = () => join(folder.path, 'data')
const trace = () => join(folder.path, 'trace')
const failingSyncOf = (file: string, when: string) =>
  injected(trace(), { call: 'fsync', file: join(dataDir(), file), what: 'EIO', when })
/** The sync of a commit in the middle of the writing: the first few are those of the start. */
const failingSync = (when: string) => failingSyncOf('holdfast.db-wal', when)

async function send(url: string, { roomId }: Writers) {
  const message = { clientId: crypto.randomUUID(), content: 'tried' }
  const response = await answer(url, 'POST', `/api/rooms/${roomId}/messages`, message)
  return { status: response.status, code: response.ok ? null : ((await response.json()) as Problem).code }
}

it.each([
  ['one sync of a commit', 'holdfast.db-wal', '15', []],
  ['every sync of a commit from some moment on', 'holdfast.db-wal', '15+', []],
  // Of each thread's syncs: the first one of the first thread is that of an empty database.
  ['one sync of the database while the log is moved into it', 'holdfast.db', '2', [FREQUENT_CHECKPOINTS]],
  ['every sync of the database while the log is moved into it', 'holdfast.db', '2+', [FREQUENT_CHECKPOINTS]],
] as const)(
  '%s fails: nothing is written any more and it is said so, reading and live go on, a new start loses and repeats nothing',
  async (_, file, when, planted) => {
    const server = await Served.start({ dataDir: dataDir(), follow: failingSyncOf(file, when), planted })
    const writers = await Writers.at(server.url)
    writers.begin()
    await until('the failure', () => faultsIn(trace()) > 0)
    await until('a word of it', () => server.errors.includes('nothing is written any more'))
    for (let i = 0; i < ATTEMPTS; i++)
      expect(await send(server.url, writers)).toEqual({ status: 503, code: 'unavailable' })
    expect((await answer(server.url, 'GET', '/readyz')).status).toBe(503)
    expect((await answer(server.url, 'GET', '/healthz')).status).toBe(200)
    await writers.seeEachOtherType()
    expect(await compare(server.url, writers), 'all that was acknowledged is read').toEqual({ lost: [], wrong: [] })
    writers.end()

    await server.kill()
    const next = await Served.start({ dataDir: dataDir(), port: server.port })
    writers.reconnect()
    await writers.settled()
    writers.leave()
    expect(await compare(next.url, writers)).toEqual({ lost: [], wrong: [] })
    expect(await send(next.url, writers)).toMatchObject({ status: 201 })
    await next.kill()
  },
)

it('a server that goes on after a failed sync takes more messages: the test above can fail', async () => {
  const server = await Served.start({ dataDir: dataDir(), follow: failingSync('15'), planted: [NEVER_HALTED] })
  const writers = await Writers.at(server.url)
  writers.begin()
  await until('the failure', () => faultsIn(trace()) > 0)
  expect(await send(server.url, writers)).toMatchObject({ status: 201 })
  writers.leave()
  await server.kill()
})

it.each([
  ['made', () => {}],
  ['there already', () => mkdirSync(dataDir())],
])(
  'the sync of a folder above a new database fails, its own folder %s: the start is refused in one line',
  async (_, prepare) => {
    prepare()
    const follow = injected(trace(), { call: 'fsync', file: folder.path, what: 'EIO', when: '1+' })
    const server = Served.begin({ dataDir: dataDir(), follow })
    expect(await server.listening()).toBe(false)
    expect(await server.ended()).toBe(1)
    expect(server.errors).toMatch(/^holdfast: unable to make the data folder [^\n]+; EIO[^\n]+\n$/)
    await expectToBeUsable(dataDir())
  },
)
