import type { Room, RoomPage } from '@holdfast/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { tokenFor } from '../../support/serve.ts'
import { check } from '../support/checker.ts'
import { FaultyServer } from '../support/faulty-server.ts'
import { fillFirstVersion, OLD_HISTORY, OLD_ROOM, schemaOf } from '../support/old-database.ts'
import { StoreLog } from '../support/store-log.ts'

/** It dies before every so many-th statement. */
const STEP = 6

let server: FaultyServer | null = null
afterEach(() => server?.remove())

/** Starts and dies, each time further into the migrations, until it gets through; the database must be as it was each time. */
async function dieOnTheWay(schema: readonly string[]): Promise<number> {
  for (let deaths = 0; ; deaths++) {
    const ended = await server?.startArmed('mid-migration', 1 + deaths * STEP)
    if (ended === null) return deaths
    expect(ended).toBe('SIGKILL')
    expect(schemaOf(server?.serve.dataDir ?? ''), `before statement ${1 + deaths * STEP}`).toEqual(schema)
  }
}

describe('kill -9 between the statements of the migrations', () => {
  test('[DUR5] leaves an empty database empty, and the next start does it whole', async () => {
    server = await FaultyServer.prepare()
    expect(await server.startArmed('before-migrated', 1)).toBe('SIGKILL')
    expect(await dieOnTheWay([])).toBeGreaterThan(5)
    const { id } = await call<Room>('POST', '/api/rooms', { name: 'new', type: 'private' })
    expect((await (await StoreLog.of(server.url, 'ann', id)).truth()).events).toHaveLength(2)
  })

  test('[DUR5] leaves the rooms of an earlier version as they were, and the next start brings them over whole', async () => {
    server = await FaultyServer.prepare()
    expect(await server.startArmed('first-version', 1)).toBe('SIGKILL')
    const { dataDir } = server.serve
    fillFirstVersion(dataDir)
    const before = schemaOf(dataDir)
    expect(before).not.toContain('seen_seq')
    expect(await server.startArmed('before-migrated', 1)).toBe('SIGKILL')
    expect(await dieOnTheWay(before)).toBeGreaterThan(2)
    await server.killNine()
    expect(await server.startArmed('after-migrated', 1)).toBe('SIGKILL')
    await server.start()
    const truth = await (await StoreLog.of(server.url, 'ann', OLD_ROOM)).truth()
    expect(check({ rooms: [truth], lines: OLD_HISTORY })).toEqual([])
    expect(truth).toMatchObject({ epoch: 'first-epoch', state: { seq: 6, memberCount: 2 } })
    expect(truth.state.messages.map(message => message.content)).toEqual(['one', 'two', 'three'])
    const { rooms } = await call<RoomPage>('GET', '/api/rooms')
    expect(rooms).toMatchObject([{ id: OLD_ROOM, seq: 6, lastReadSeq: 5, unread: 1 }])
  })
})

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${await tokenFor('ann')}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const response = await fetch(`${server?.url}${path}`, init)
  expect(response.ok).toBe(true)
  return (await response.json()) as T
}
