import type { Room, RoomPage } from '@holdfast/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { tokenFor } from '../../support/serve.ts'
import { check } from '../support/checker.ts'
import { FaultyServer } from '../support/faulty-server.ts'
import { fillFirstVersion, OLD_HISTORY, OLD_ROOM, schemaOf } from '../support/old-database.ts'
import type { FailpointName } from '../support/planted.ts'
import { StoreLog } from '../support/store-log.ts'

/** A failpoint and at which of its passings: which statement of the migration was the last. */
type Death = readonly [FailpointName, number]

let server: FaultyServer | null = null
afterEach(() => server?.remove())

describe('kill -9 between the statements of a migration', () => {
  test('[DUR5] leaves an empty database empty, and the next start does it whole', async () => {
    server = await FaultyServer.prepare()
    const deaths: readonly Death[] = [
      ['mid-first-migration', 1],
      ['mid-first-migration', 12],
      ['mid-second-migration', 1],
      ['mid-second-migration', 14],
      ['before-migrated', 1],
    ]
    for (const [failpoint, passing] of deaths) {
      expect(await server.startAndEnd(failpoint, passing)).toBe('SIGKILL')
      expect(schemaOf(server.serve.dataDir), failpoint).toEqual([])
    }
    expect(await server.startAndEnd('after-migrated', 1)).toBe('SIGKILL')
    expect(schemaOf(server.serve.dataDir)).toContain('former_members')
    await server.start()
    const { id } = await call<Room>('POST', '/api/rooms', { name: 'new', type: 'private' })
    expect((await (await StoreLog.of(server.url, 'ann', id)).truth()).events).toHaveLength(2)
  })

  test('[DUR5] leaves the rooms of an earlier version as they were, and the next start brings them over whole', async () => {
    server = await FaultyServer.prepare()
    expect(await server.startAndEnd('first-version', 1)).toBe('SIGKILL')
    const { dataDir } = server.serve
    fillFirstVersion(dataDir)
    const before = schemaOf(dataDir)
    expect(before).not.toContain('seen_seq')
    const deaths: readonly Death[] = [
      ['mid-second-migration', 1],
      ['mid-second-migration', 6],
      ['mid-second-migration', 13],
      ['before-migrated', 1],
    ]
    for (const [failpoint, passing] of deaths) {
      expect(await server.startAndEnd(failpoint, passing)).toBe('SIGKILL')
      expect(schemaOf(dataDir), `${failpoint} ${passing}`).toEqual(before)
    }
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
