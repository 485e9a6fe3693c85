import fc from 'fast-check'
import { expect, it } from 'vitest'
import { play, stepsArbitrary } from '../contract/random-history.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, done, given, type Harness, person, refusedWith, root } from '../kit.ts'
import { openWatched } from './open-harness.ts'

/** Everything that the log tells of its rooms. */
async function told(h: Harness, roomIds: Iterable<string>) {
  const rooms = [...roomIds].map(async roomId => {
    const page = await given(h.log.history({ roomId, actor: root, limit: 100, from: { kind: 'latest' } }))
    return [await h.log.head(roomId), await h.events(roomId), await h.snapshot(root, roomId), page]
  })
  return Promise.all(rooms)
}

it('[R1] closed and opened again, the log tells the same, and goes on from there', async () => {
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, async plan => {
      const folder = newFolder()
      const first = await openWatched(folder.path)
      const { rooms } = await play(first.h, plan, 'x')
      const before = await told(first.h, rooms.keys())
      await first.log.close()
      const second = await openWatched(folder.path)
      expect(await told(second.h, rooms.keys())).toEqual(before)
      await second.log.close()
      folder.remove()
    }),
    { numRuns: 10 },
  )
})

it('[R2] bans, mutes, names, read positions, settings, deleted ids and dedupe outlast a restart; the clock may have gone back', async () => {
  const folder = newFolder()
  const first = await openWatched(folder.path)
  await first.h.create(ann, 'r', { members: ['bob', 'cy'] })
  await first.h.create(ann, 'gone')
  await first.h.create(ann, 'd', { type: 'direct', members: ['bob'] })
  const sent = await first.h.say(ann, 'r', 'hello', { clientId: 'x' })
  await done(first.h.run({ kind: 'room.delete', actor: ann, roomId: 'gone' }))
  await done(first.h.run({ kind: 'ban.put', actor: ann, roomId: 'r', userId: 'bob', reason: null, until: null }))
  await done(first.h.run({ kind: 'mute.put', actor: ann, roomId: 'r', userId: 'cy', until: null }))
  await done(first.h.run({ kind: 'room.read', actor: ann, roomId: 'r', seq: 4, readRevision: null }))
  await done(first.h.run({ kind: 'user.seen', actor: person('dan', { name: 'Daniel' }) }))
  await first.h.unread(ann, 'r', 3)
  await first.h.settle(person('cy'), { readReceipts: false, appearOffline: true })
  await done(first.h.run({ kind: 'room.notifications', actor: ann, roomId: 'r', muted: true }))
  const cursor = await first.log.inboxCursor()
  const { now } = first.h.platform
  await first.log.close()

  const { h, log } = await openWatched(folder.path)
  h.platform.now = now - 3_600_000
  await refusedWith('forbidden', h.log.access('r', bob))
  await refusedWith('muted', h.send(person('cy'), 'r', 'hello'))
  await refusedWith('conflict', h.run(h.creation(ann, 'gone')))
  expect(await h.create(bob, 'd2', { type: 'direct', members: ['ann'] })).toMatchObject({ roomId: 'd' })
  expect(await h.say(ann, 'r', 'hello', { clientId: 'x' })).toBe(sent)
  await done(h.run({ kind: 'member.put', actor: ann, roomId: 'r', userId: 'dan', role: null }))
  const { members, lastReadSeq, readRevision, reads } = await h.snapshot(ann, 'r')
  expect({ lastReadSeq, readRevision, reads }).toEqual({ lastReadSeq: 2, readRevision: 1, reads: { ann: 2, dan: 7 } })
  expect(await log.settings('cy')).toEqual({ readReceipts: false, appearOffline: true })
  const since = await log.inboxSince('ann', cursor, 10)
  expect(since?.entries, 'a cursor outlasts it too').toMatchObject([{ roomId: 'r', muted: true }])
  expect(members.at(-1)).toEqual({ userId: 'dan', name: 'Daniel', role: 'member' })
  const events = await h.events('r')
  expect(events.at(-1)?.at, 'never before the last stamp').toBe(now)
  await log.close()
  folder.remove()
})
