import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newFolder } from '../folders.ts'
import { ann, bob, done, type Harness, refusedWith } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { SqliteError, type WatchedConnections } from './watched-connect.ts'

describe('what the writing connection remembers of people:', () => {
  let folder: ReturnType<typeof newFolder>
  let h: Harness
  let watched: WatchedConnections

  beforeEach(async () => {
    folder = newFolder()
    const opened = await openWatched(folder.path)
    h = opened.h
    watched = opened.watched
    await h.create(ann, 'r')
  })
  afterEach(async () => {
    await h.log.close()
    folder.remove()
  })

  /** Runs `command` in a transaction that fails at its end. */
  async function failing(command: Parameters<Harness['run']>[0]): Promise<void> {
    watched.failOn = ({ role, sql }) => (role === 'writer' && sql === 'COMMIT' ? new SqliteError('SQLITE_FULL') : null)
    const outcomes = await h.log.commit([command, h.sending(bob, 'r', 'within the same transaction')])
    expect(outcomes.map(outcome => outcome.ok)).toEqual([false, false])
    watched.failOn = () => null
  }

  it('[F2] a joining that was taken back lets nobody write', async () => {
    await failing({ kind: 'member.join', actor: bob, roomId: 'r' })
    await refusedWith('forbidden', h.send(bob, 'r', 'hello'))
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await done(h.send(bob, 'r', 'hello'))
  })

  it('[F2] a mute that was taken back keeps nobody silent, and one that stands does', async () => {
    await done(h.run({ kind: 'member.join', actor: bob, roomId: 'r' }))
    await done(h.send(bob, 'r', 'hello'))
    const mute = { kind: 'mute.put', actor: ann, roomId: 'r', userId: 'bob', until: null } as const
    await failing(mute)
    await done(h.send(bob, 'r', 'still here'))
    await done(h.run(mute))
    await refusedWith('muted', h.send(bob, 'r', 'and now'))
  })
})
