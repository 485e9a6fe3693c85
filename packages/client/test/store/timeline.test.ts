import { expect, test } from 'vitest'
import { Timeline } from '../../src/store/timeline.ts'
import { FakeRoom } from '../../src/testing.ts'

test('a message that the log shows is no row of its own any more, whenever its sender’s storage brings it back', () => {
  const log = new FakeRoom('r', ['ann'])
  log.send('ann', { clientId: 'a1', content: 'x' })
  const pending = ['a1', 'a2'].map(clientId => {
    return { clientId, content: 'x', replyTo: null, createdAt: 0, status: 'queued' as const, error: null }
  })
  const rows = new Timeline().build(log.snapshot('ann').messages, pending, 'ann', 0)
  expect(rows.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['message ~a1', 'pending ~a2'])
})
