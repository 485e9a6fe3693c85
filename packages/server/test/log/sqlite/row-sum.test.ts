import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newFolder } from '../folders.ts'
import { ann, bob, done, type Harness } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import type { WatchedConnections } from './watched-connect.ts'

describe('a row that is not what was written:', () => {
  let folder: ReturnType<typeof newFolder>
  let h: Harness
  let watched: WatchedConnections
  let faults: unknown[]

  beforeEach(async () => {
    folder = newFolder()
    ;({ h, watched, faults } = await openWatched(folder.path))
    await h.create(ann, 'r', { members: ['bob'] })
    const messageId = await h.say(ann, 'r', 'first', { mentions: ['bob'] })
    await h.edit(ann, 'r', messageId, [], 'second')
    await h.say(bob, 'r', 'last')
    await h.create(ann, 'other')
  })
  afterEach(async () => {
    await h.log.close()
    folder.remove()
  })

  const open = (roomId: string, cursor: { epoch: string; seq: number } | null) =>
    h.log.open({ roomId, actor: ann, cursor, window: 10, delta: 100 })
  /** From its beginning on: every row of the log is read. */
  const log = async () => h.log.events('r', 0, 100)
  const rot = (sql: string) => watched.get('writer').exec(sql)

  it.each([
    ['a text', "UPDATE messages SET content = 'lasT' WHERE content = 'last'"],
    ['a sender', "UPDATE messages SET sender = 'eve', sender_name = 'Eve' WHERE content = 'last'"],
    ['a moment', "UPDATE messages SET created_at = created_at + 1 WHERE content = 'last'"],
    ['a mark', "UPDATE messages SET deleted_at = 1 WHERE content = 'last'"],
    ['a sum', "UPDATE messages SET sum = sum + 1 WHERE content = 'last'"],
  ])('[S1] a message (%s) is not given out, in no way; the operator is told which', async (_, sql) => {
    rot(sql)
    await expect(h.log.history({ roomId: 'r', actor: ann, from: { kind: 'latest' }, limit: 10 })).rejects.toThrow(
      'the store is unavailable',
    )
    await expect(open('r', null)).rejects.toThrow('the store is unavailable')
    await expect(log()).rejects.toThrow('the store is unavailable')
    await expect(h.log.rooms({ actor: ann, cursor: null, limit: 10 })).rejects.toThrow('the store is unavailable')
    expect(String(faults[0])).toBe('DamagedRow: the database is damaged; message 6 of room r is not what was written')
  })

  it.each([
    ['an event', `UPDATE events SET body = replace(body, 'second', 'secont') WHERE seq = 5`, 'event 5'],
    ['what an edit replaced', "UPDATE replaced SET content = 'firsT'", 'what message 4 of room r was'],
    [
      'what an edit replaced is missing',
      'DELETE FROM replaced',
      'what message 4 of room r was before its edits is missing',
    ],
    ['a missing event', 'DELETE FROM events WHERE seq = 5', 'room r has a hole between 0 and 6'],
    ['a missing message', 'DELETE FROM messages WHERE seq = 6', 'room r has a hole between 0 and 6'],
  ])('[S2] the log is not given out with %s that is not as it was', async (_, sql, told) => {
    expect((await log()).length).toBe(6)
    rot(sql)
    await expect(log()).rejects.toThrow('the store is unavailable')
    expect(String(faults[0])).toContain(told)
  })

  it('[S3] what is not damaged is read and written on', async () => {
    rot("UPDATE messages SET content = 'firsT' WHERE seq = 4")
    await expect(log()).rejects.toThrow('the store is unavailable')
    await expect(h.log.check()).resolves.toBeUndefined()
    expect((await h.log.events('r', 5, 10)).length).toBe(1)
    expect(await done(h.send(ann, 'r', 'goes on'))).toMatchObject({ seq: 7 })
    expect(await done(h.send(ann, 'other', 'too'))).toMatchObject({ seq: 3 })
    expect(await open('other', null)).toMatchObject({ ok: true })
  })

  it('[S4] rows of a version that kept no sums are given out as they are', async () => {
    const before = await log()
    for (const table of ['messages', 'events', 'replaced']) rot(`UPDATE ${table} SET sum = NULL`)
    expect(await log()).toEqual(before)
  })
})
