import { join } from 'node:path'
import type { Problem } from '@holdfast/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answer } from './support/call.ts'
import { compare, examine, expectToBeUsable } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import { FREQUENT_CHECKPOINTS } from './support/plants.ts'
import { Served } from './support/served.ts'
import { faultsIn, injected, isDoneSince } from './support/strace.ts'
import { until } from './support/until.ts'
import { Writers } from './support/writers.ts'

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const dataDir = () => join(folder.path, 'data')
const trace = () => join(folder.path, 'trace')
const full = (file: string, when: string) =>
  injected(trace(), { call: 'pwrite64', file: join(dataDir(), file), what: 'ENOSPC', when })

/** What a message is refused with; null when it is not. It is not tried again. */
async function refusal(url: string, { roomId }: Writers): Promise<Partial<Problem> | null> {
  const message = { clientId: crypto.randomUUID(), content: 'tried' }
  const response = await answer(url, 'POST', `/api/rooms/${roomId}/messages`, message)
  return response.ok ? null : ((await response.json()) as Problem)
}

it('no space for the log: sends are unavailable for now, reading and live go on, and with space all goes on by itself, no seq used', async () => {
  // Each attempt to commit ends with its first write; the first hundred are those of the start and of some messages.
  const server = await Served.start({ dataDir: dataDir(), follow: full('holdfast.db-wal', '250..264') })
  const writers = await Writers.at(server.url)
  writers.begin()
  await until('the disk to be full', () => faultsIn(trace()) > 0)
  expect(await refusal(server.url, writers)).toMatchObject({ code: 'unavailable', retryable: true })
  expect((await answer(server.url, 'GET', '/readyz')).status).toBe(503)
  await writers.seeEachOtherType()
  expect(await compare(server.url, writers), 'all that was acknowledged is read').toEqual({ lost: [], wrong: [] })
  const known = writers.acknowledged.length

  await until('space', async () => (await answer(server.url, 'GET', '/readyz')).ok)
  await until('more messages', () => writers.acknowledged.length > known)
  writers.end()
  await writers.settled()
  expect(await compare(server.url, writers)).toEqual({ lost: [], wrong: [] })
  await server.kill()
  writers.leave()
  expect(await examine(dataDir(), writers)).toEqual({ lost: [], wrong: [] })
})

it('no space for the database while the log is moved into it: sends go on, and the log is moved once there is', async () => {
  // Of each thread's writes: the first one of the first thread makes the database.
  const follow = full('holdfast.db', '2..20')
  const server = await Served.start({ dataDir: dataDir(), follow, planted: [FREQUENT_CHECKPOINTS] })
  const writers = await Writers.at(server.url)
  await writers.write(60)
  await until('the log to be moved after all, by the thread that could not', async () => {
    await writers.write(20)
    return isDoneSince(trace())
  })
  await writers.settled()
  expect(server.errors).toContain('unable to move the log into the database; database or disk is full')
  expect(await server.stop(), 'which moves the log').toBe(0)
  writers.leave()
  expect(await examine(dataDir(), writers)).toEqual({ lost: [], wrong: [] })
})

it('no space for the index of the log, which grows with it: sends are unavailable for now, and go on', async () => {
  // It has eight pages of its own from the start on, and the next ones when the log has 4,063 frames.
  const server = await Served.start({ dataDir: dataDir(), follow: full('holdfast.db-shm', '9..14') })
  const writers = await Writers.at(server.url)
  writers.begin()
  await until('the disk to be full', () => faultsIn(trace()) > 0)
  await until('space', () => faultsIn(trace()) === 6)
  const known = writers.acknowledged.length
  await until('more messages', () => writers.acknowledged.length > known)
  writers.end()
  await writers.settled()
  expect(await compare(server.url, writers)).toEqual({ lost: [], wrong: [] })
  await server.kill()
  writers.leave()
  expect(await examine(dataDir(), writers)).toEqual({ lost: [], wrong: [] })
})

it.each(['lock.db-journal', 'holdfast.db', 'holdfast.db-wal', 'holdfast.db-shm'])(
  'no space for %s at the start: it is refused in one line that names the folder, and the next one with space starts',
  async file => {
    const server = Served.begin({ dataDir: dataDir(), follow: full(file, '1+') })
    expect(await server.listening()).toBe(false)
    expect(await server.ended()).toBe(1)
    expect(server.errors).toMatch(/^holdfast: unable to [^\n]+\n$/)
    expect(server.errors).toContain(dataDir())
    await expectToBeUsable(dataDir())
  },
)
