import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { compare, examine, expectToBeUsable } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import { FREQUENT_CHECKPOINTS } from './support/plants.ts'
import { Served } from './support/served.ts'
import { type Fault, injected } from './support/strace.ts'
import { until } from './support/until.ts'
import { Writers } from './support/writers.ts'

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const dataDir = () => join(folder.path, 'data')

/** The server is killed in a certain call on a certain file. */
function killing(call: Fault['call'], file: string, when: number) {
  const fault: Fault = { call, file: join(dataDir(), file), what: 'SIGKILL', when: String(when) }
  return injected(join(folder.path, 'trace'), fault)
}

it.each([
  ['making the lock', 'pwrite64', 'lock.db-journal', 1],
  ['making the database', 'openat', 'holdfast.db', 1],
  ['writing its first page', 'pwrite64', 'holdfast.db', 1],
  ['syncing it', 'fsync', 'holdfast.db', 1],
  ['turning to the log', 'unlink', 'holdfast.db-journal', 1],
  ['beginning the log', 'pwrite64', 'holdfast.db-wal', 1],
  ['syncing the beginning', 'fsync', 'holdfast.db-wal', 1],
  ['writing the tables', 'pwrite64', 'holdfast.db-wal', 20],
  ['committing the tables', 'fsync', 'holdfast.db-wal', 2],
] as const)('killed in its first start, %s: the next one starts', async (_, call, file, when) => {
  const server = Served.begin({ dataDir: dataDir(), follow: killing(call, file, when) })
  expect(await server.listening()).toBe(false)
  expect(await server.ended(), 'it was killed').toBeNull()
  await expectToBeUsable(dataDir())
})

it.each([
  ['writing a commit', 'pwrite64', 'holdfast.db-wal', 301],
  ['writing a commit', 'pwrite64', 'holdfast.db-wal', 478],
  ['syncing a commit', 'fsync', 'holdfast.db-wal', 25],
  ['moving the log', 'pwrite64', 'holdfast.db', 9],
  ['moving the log', 'pwrite64', 'holdfast.db', 70],
  ['syncing what it has moved', 'fsync', 'holdfast.db', 4],
] as const)('killed %s (%s of %s, number %i): all acknowledged is there, and the clients go on', async (...moment) => {
  const [, call, file, when] = moment
  const planted = file === 'holdfast.db' ? [FREQUENT_CHECKPOINTS] : []
  const server = await Served.start({ dataDir: dataDir(), follow: killing(call, file, when), planted })
  const writers = await Writers.at(server.url)
  writers.begin()
  expect(await server.ended()).toBeNull()
  writers.end()
  const known = writers.storyAt(Number.POSITIVE_INFINITY)
  const next = await Served.start({ dataDir: dataDir(), port: server.port })
  expect(await compare(next.url, known)).toEqual({ lost: [], wrong: [] })
  writers.reconnect()
  await writers.settled()
  expect(await compare(next.url, writers)).toEqual({ lost: [], wrong: [] })
  await next.kill()
  writers.leave()
})

it.each([
  ['moving the log', 'pwrite64', 'holdfast.db', 12],
  ['syncing what it has moved', 'fsync', 'holdfast.db', 2],
  ['removing the log', 'unlink', 'holdfast.db-wal', 1],
] as const)('killed while it ends by itself, %s: all acknowledged is there', async (_, call, file, when) => {
  const server = await Served.start({ dataDir: dataDir(), follow: killing(call, file, when) })
  const writers = await Writers.at(server.url)
  await writers.write(60)
  await writers.settled()
  writers.leave()
  expect(await server.stop()).toBeNull()
  await until('its end', () => server.hasEnded)
  expect(await examine(dataDir(), writers)).toEqual({ lost: [], wrong: [] })
})
