import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SendLane } from '../../../src/log/send-lane.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, done, type Harness, refusedWith } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { SqliteError, type WatchedConnections } from './watched-connect.ts'

describe('a store that fails:', () => {
  let folder: ReturnType<typeof newFolder>
  let h: Harness
  let watched: WatchedConnections
  let faults: unknown[]

  beforeEach(async () => {
    folder = newFolder()
    const opened = await openWatched(folder.path)
    h = opened.h
    watched = opened.watched
    faults = opened.faults
    await h.create(ann, 'r', { members: ['bob'] })
  })
  afterEach(async () => {
    await h.log.close()
    folder.remove()
  })

  const seqs = async () => (await h.events('r')).map(event => event.seq)

  it('[F1] disk full: sends are unavailable, reads go on, no seq is used, and it goes on by itself when there is space', async () => {
    const writer = watched.get('writer')
    const [{ page_count: pages }] = writer.pragma('page_count') as [{ page_count: number }]
    writer.pragma(`max_page_count = ${pages}`)
    let sent = 0
    let refused = 0
    while (refused < 3) {
      const outcome = await h.send(ann, 'r', 'x'.repeat(2_000))
      if (outcome.ok) sent++
      else {
        expect(outcome.refusal.code).toBe('unavailable')
        refused++
      }
    }
    const whole = Array.from({ length: 3 + sent }, (_, i) => i + 1)
    expect(await seqs()).toEqual(whole)
    expect((await h.snapshot(bob, 'r')).seq).toBe(3 + sent)
    await expect(h.log.check()).resolves.toBeUndefined()
    writer.pragma('max_page_count = 1000000')
    await done(h.send(ann, 'r', 'x'.repeat(2_000)))
    expect(await seqs()).toEqual([...whole, 4 + sent])
    expect(faults).toHaveLength(refused)
  })

  it.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_BUSY', 'SQLITE_NOMEM', 'SQLITE_READONLY_DBMOVED'])(
    '[F2] %s at any statement of a batch: all of it is unavailable, nothing is written, the next batch goes',
    async code => {
      for (const part of ['BEGIN', 'INSERT INTO messages', 'UPDATE rooms', 'COMMIT']) {
        const before = await seqs()
        watched.failOn = ({ role, sql }) => (role === 'writer' && sql.startsWith(part) ? new SqliteError(code) : null)
        const batch = [h.sending(ann, 'r', 'one'), h.sending(bob, 'r', 'two')]
        const outcomes = await h.log.commit(batch)
        expect(outcomes).toMatchObject([{ refusal: { code: 'unavailable' } }, { refusal: { code: 'unavailable' } }])
        if (part === 'COMMIT') await expect(h.log.check()).rejects.toThrow('unable to check the store')
        watched.failOn = () => null
        await expect(h.log.check()).resolves.toBeUndefined()
        expect(await seqs()).toEqual(before)
        expect((await h.log.commit(batch)).map(outcome => outcome.ok)).toEqual([true, true])
      }
    },
  )

  it('[F3] what one command asks of the store is its own failure: its neighbours are written', async () => {
    watched.failOn = ({ sql, parameters }) =>
      sql.startsWith('INSERT INTO messages') && parameters.includes('poison')
        ? new SqliteError('SQLITE_CONSTRAINT_CHECK')
        : null
    const lane = new SendLane()
    const outcomes = await h.log.commit([
      h.sending(ann, 'r', 'before'),
      h.sending(bob, 'r', 'poison', { lane, clientId: 'p' }),
      h.sending(bob, 'r', 'behind', { lane, clientId: 'b' }),
    ])
    expect(outcomes.map(outcome => (outcome.ok ? outcome.seq : outcome.refusal.code))).toEqual([4, 'bad_request', 5])
    expect(await seqs()).toEqual([1, 2, 3, 4, 5])
    watched.failOn = ({ parameters }) => (parameters.includes('huge') ? new SqliteError('SQLITE_TOOBIG') : null)
    await refusedWith('too_large', h.send(ann, 'r', 'huge'))
    watched.failOn = ({ sql }) =>
      sql.startsWith('INSERT INTO messages') ? new TypeError('a mistake in the code') : null
    await refusedWith('bad_request', h.send(ann, 'r', 'mistake'))
    expect(await seqs()).toEqual([1, 2, 3, 4, 5])
  })

  it('[F4] the store fails while commands are tried one by one: those behind are unavailable, in order', async () => {
    watched.failOn = ({ parameters }) => {
      if (parameters.includes('poison')) return new SqliteError('SQLITE_CONSTRAINT')
      return parameters.includes('full') ? new SqliteError('SQLITE_FULL') : null
    }
    const lane = new SendLane()
    const batch = ['poison', 'fine', 'full', 'behind'].map(text => h.sending(ann, 'r', text, { lane, clientId: text }))
    const outcomes = await h.log.commit(batch)
    expect(outcomes.map(outcome => (outcome.ok ? outcome.seq : outcome.refusal.code))).toEqual([
      'bad_request',
      4,
      'unavailable',
      'out_of_order',
    ])
  })

  it.each(['SQLITE_IOERR_FSYNC', 'SQLITE_CORRUPT_INDEX'])(
    '[F5] after %s nothing is written any more; reading goes on',
    async code => {
      watched.failOn = ({ role, sql }) => (role === 'writer' && sql === 'COMMIT' ? new SqliteError(code) : null)
      await refusedWith('unavailable', h.send(ann, 'r', 'lost'))
      watched.failOn = () => null
      await refusedWith('unavailable', h.send(ann, 'r', 'not tried'))
      await expect(h.log.check()).rejects.toThrow('unable to check the store; the store is unavailable')
      expect(await seqs()).toEqual([1, 2, 3])
      await h.log.close()
      const again = await openWatched(folder.path)
      h = again.h
      await done(h.send(ann, 'r', 'after a new start'))
    },
  )

  it('[F6] reads that fail reject with StoreUnavailable, and the next ones work', async () => {
    watched.failOn = ({ role, sql }) =>
      role === 'reader' && sql.includes('FROM messages') ? new SqliteError('SQLITE_IOERR_READ') : null
    const open = () => h.log.open({ roomId: 'r', actor: ann, cursor: null, window: 10, delta: 10 })
    await expect(open()).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: 'unable to open the room; the store is unavailable',
    })
    watched.failOn = () => null
    expect(await open()).toMatchObject({ ok: true })
  })
})
