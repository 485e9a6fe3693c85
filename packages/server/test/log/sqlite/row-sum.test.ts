import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryRequest } from '../../../src/log/room-log.ts'
import { DamagedRow } from '../../../src/log/store/damaged-row.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, done, given, type Harness, refusedWith } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import type { WatchedConnections } from './watched-connect.ts'

describe('a row that is not what was written:', () => {
  let folder: ReturnType<typeof newFolder>
  let h: Harness
  let watched: WatchedConnections
  let faults: unknown[]
  let first: string
  let last: string

  beforeEach(async () => {
    folder = newFolder()
    ;({ h, watched, faults } = await openWatched(folder.path))
    await h.create(ann, 'r', { members: ['bob'] })
    first = await h.say(ann, 'r', 'first', { mentions: ['bob'] })
    await h.edit(ann, 'r', first, [], 'second')
    last = await h.say(bob, 'r', 'last', { clientId: 'the last' })
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
    expect(faults.map(String)).toEqual([
      'DamagedRow: the database is damaged; message 6 of room r is not what was written',
    ])
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

  it.each(['messages', 'events'])('[S5] a page that %s are missing from is not given out', async table => {
    await h.edit(bob, 'r', last, null, 'edited')
    await h.say(ann, 'r', 'newest')
    const page = (from: HistoryRequest['from'], limit: number) =>
      given(h.log.history({ roomId: 'r', actor: ann, from, limit }))
    const seqs = async (from: HistoryRequest['from'], limit: number) =>
      (await page(from, limit)).messages.map(message => message.seq)
    expect(await seqs({ kind: 'latest' }, 10)).toEqual([4, 6, 8])
    expect(await seqs({ kind: 'after', seq: 4 }, 1)).toEqual([6])
    expect(await seqs({ kind: 'after', seq: 0 }, 10)).toEqual([4, 6, 8])
    const missing = table === 'messages' ? 6 : 7
    rot(`DELETE FROM ${table} WHERE seq = ${missing}`)
    const whole = 'the store is unavailable'
    await expect(page({ kind: 'latest' }, 1)).rejects.toThrow(whole)
    await expect(page({ kind: 'latest' }, 10)).rejects.toThrow(whole)
    await expect(page({ kind: 'after', seq: 4 }, 2)).rejects.toThrow(whole)
    await expect(page({ kind: 'after', seq: 0 }, 10)).rejects.toThrow(whole)
    await expect(open('r', null)).rejects.toThrow(whole)
    expect(await seqs({ kind: 'after', seq: 7 }, 10)).toEqual([8])
    expect(await seqs({ kind: 'after', seq: 8 }, 10)).toEqual([])
    expect(await seqs({ kind: 'after', seq: 99 }, 10)).toEqual([])
    expect(faults).toHaveLength(1)
  })

  it.each([
    ['first event', 'DELETE FROM events WHERE seq = 1'],
    ['last message', 'DELETE FROM messages WHERE seq = 6'],
  ])('[S11] a page that reaches as far as a missing %s is not given out, in neither direction', async (_, sql) => {
    rot(sql)
    const page = (from: HistoryRequest['from']) => h.log.history({ roomId: 'r', actor: ann, from, limit: 10 })
    await expect(page({ kind: 'latest' })).rejects.toThrow('the store is unavailable')
    await expect(page({ kind: 'after', seq: 0 })).rejects.toThrow('the store is unavailable')
  })

  it('[S6] a damaged last message leaves the lists as they are, without it; the operator is told which', async () => {
    const cursor = await h.log.inboxCursor()
    await h.say(ann, 'other', 'whole')
    rot("UPDATE messages SET content = 'lasT' WHERE content = 'last'")
    expect((await h.list(ann)).map(({ id, seq, lastMessage }) => [id, seq, lastMessage?.content ?? null])).toEqual([
      ['r', 6, null],
      ['other', 3, 'whole'],
    ])
    expect(faults).toHaveLength(1)
    expect(await h.log.inboxOf('ann', ['r'])).toMatchObject([{ roomId: 'r', seq: 6, lastMessage: null, unread: 1 }])
    expect(await h.log.inboxSince('ann', cursor, 10)).toMatchObject({ entries: [{ roomId: 'other' }] })
    expect(await given(h.log.room('r', ann))).toMatchObject({ seq: 6, lastMessage: null, unread: 1 })
    expect(faults.map(String)).toEqual([
      'DamagedRow: the database is damaged; message 6 of room r is not what was written',
    ])
  })

  it('[S7] what is about a damaged message is unavailable; what came with it is written, in one transaction', async () => {
    rot("UPDATE messages SET content = 'lasT' WHERE content = 'last'")
    let commits = 0
    watched.failOn = ({ role, sql }) => {
      if (role === 'writer' && sql === 'COMMIT') commits++
      return null
    }
    const about = { actor: ann, roomId: 'r', messageId: last } as const
    const outcomes = await h.log.commit([
      h.sending(ann, 'r', 'before'),
      { kind: 'reaction.add', key: 'like', ...about },
      { kind: 'message.pin', ...about },
      { kind: 'message.delete', ...about },
      h.sending(bob, 'r', 'behind'),
    ])
    expect(outcomes.map(outcome => (outcome.ok ? outcome.seq : outcome.refusal.code))).toEqual([
      7,
      'unavailable',
      'unavailable',
      'unavailable',
      8,
    ])
    expect(commits).toBe(1)
    expect(faults).toHaveLength(1)
  })

  it('[S8] damage that is met after something was written takes that back, and is unavailable too', async () => {
    watched.failOn = ({ sql, parameters }) =>
      sql.startsWith('INSERT INTO messages') && parameters.includes('second thoughts')
        ? new DamagedRow('a row met late')
        : null
    const outcomes = await h.log.commit([h.sending(ann, 'r', 'fine'), h.sending(bob, 'r', 'second thoughts')])
    expect(outcomes.map(outcome => (outcome.ok ? outcome.seq : outcome.refusal.code))).toEqual([7, 'unavailable'])
    expect((await h.log.events('r', 6, 10)).map(event => event.seq)).toEqual([7])
    expect(faults).toHaveLength(1)
  })

  it.each([
    ['its text', "UPDATE messages SET content = 'lasT' WHERE seq = 6"],
    ['its id', "UPDATE messages SET id = id || 'x' WHERE seq = 6"],
    ['its moment', 'UPDATE messages SET created_at = created_at + 1 WHERE seq = 6'],
    ['what tells it from another', "UPDATE messages SET fingerprint = 'x' WHERE seq = 6"],
  ])('[S9] nobody is told by a damaged row (%s) that a message was sent', async (_, sql) => {
    const again = () => h.log.commit([h.sending(bob, 'r', 'last', { clientId: 'the last' })])
    expect(await again()).toMatchObject([{ ok: true, seq: 6, detail: { messageId: last, duplicate: true } }])
    await done(h.run({ kind: 'reaction.add', key: 'like', actor: ann, roomId: 'r', messageId: last }))
    expect(await again()).toMatchObject([{ ok: true, seq: 6, detail: { messageId: last, duplicate: true } }])
    rot(sql)
    expect(await again()).toMatchObject([{ ok: false, refusal: { code: 'unavailable' } }])
    expect((await h.log.head('r'))?.seq).toBe(7)
  })

  it('[S12] what needs no more of a damaged message than that it is there goes on', async () => {
    rot("UPDATE messages SET content = 'lasT' WHERE seq = 6")
    expect(await done(h.send(ann, 'r', 'a reply', { replyTo: last }))).toMatchObject({ seq: 7 })
    rot("UPDATE messages SET id = id || 'x' WHERE seq = 6")
    const reaction = { kind: 'reaction.add', key: 'like', actor: ann, roomId: 'r', messageId: last } as const
    await refusedWith('unavailable', h.run(reaction))
    await refusedWith('unavailable', h.send(ann, 'r', 'a reply', { replyTo: last }))
  })

  it.each([
    ['an edit', "UPDATE events SET body = replace(body, 'second', 'secont') WHERE seq = 5"],
    ['what it replaced', "UPDATE replaced SET content = 'firsT'"],
    ['an edit that is missing', 'DELETE FROM events WHERE seq = 5'],
  ])('[S10] a message is deleted with %s that is damaged; nothing of it is left, nor made up', async (_, sql) => {
    rot(sql)
    expect(await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId: first }))).toMatchObject({
      seq: 7,
    })
    const tables = ['events', 'messages', 'replaced']
    const kept = tables.flatMap(table => watched.get('reader').prepare(`SELECT * FROM ${table}`).all())
    expect(JSON.stringify(kept)).not.toMatch(/first|firsT|second|secont/)
    expect((await h.log.events('r', 5, 10)).map(event => event.seq)).toEqual([6, 7])
    faults.length = 0
    if (sql.includes('events')) await expect(log()).rejects.toThrow('the store is unavailable')
    else expect((await log()).length).toBe(7)
    expect(faults.every(fault => fault instanceof DamagedRow)).toBe(true)
  })

  it('[S4] rows of a version that kept no sums are given out as they are', async () => {
    const before = await log()
    for (const table of ['messages', 'events', 'replaced']) rot(`UPDATE ${table} SET sum = NULL`)
    expect(await log()).toEqual(before)
  })
})
