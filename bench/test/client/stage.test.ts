import { expect, test } from 'vitest'
import { Stage } from '../../src/client/stage.ts'

test('the client on stage shows what it is told, every message once', async () => {
  const stage = new Stage()
  await stage.open(10, 20)
  stage.take(stage.news(30))
  stage.page = stage.older(5)
  await stage.room.loadOlder()
  stage.take(stage.reaction(stage.seq, 'ok'))
  const view = stage.room.getSnapshot()
  expect([view.status, view.members.length, view.continuity.complete]).toEqual(['live', 10, true])
  expect(view.timeline.map(row => row.key)).toHaveLength(55)
  expect(new Set(view.timeline.map(row => row.key)).size).toBe(55)
  expect(view.timeline.at(-1)).toMatchObject({ message: { reactions: { ok: ['user1'] } } })
  stage.room.send('mine')
  await new Promise(resolve => setImmediate(resolve))
  expect(stage.acknowledge()).toBe(1)
  expect(stage.room.getSnapshot().timeline.at(-1)).toMatchObject({ kind: 'message', own: true })
})
