import { expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

test('what happens on a server is counted, each thing under its own name', async () => {
  const server = await LiveServer.start()
  await server.room('lobby', 'ann', ['bob'])
  const bob = await server.client('bob', { rooms: [{ roomId: 'lobby' }] })
  await bob.next('room.live')
  const body = { clientId: 'c1', content: 'Hello' }
  for (let i = 0; i < 2; i++) await server.call('ann', 'POST', '/api/rooms/lobby/messages', body)
  await bob.next('message.event')
  await bob.next('presence')

  const text = await (await fetch(`${server.url}/metrics`)).text()
  const value = (name: string) =>
    Number(
      text
        .split('\n')
        .find(line => line.startsWith(`holdfast_${name} `))
        ?.split(' ')
        .at(-1),
    )
  expect(value('sessions')).toBe(1)
  expect(value('frames_in_total')).toBe(1)
  // The welcome, the snapshot, room.live, one event, and who is there.
  expect(value('frames_out_total')).toBe(5)
  expect(value('signals_out_total{kind="presence"}')).toBe(1)
  expect(value('commits_total')).toBeGreaterThanOrEqual(2)
  expect(value('commit_batch_size_count')).toBe(value('commits_total'))
  expect(value('commit_seconds_count')).toBe(value('commits_total'))
  expect(value('events_published_total')).toBe(4)
  expect(value('deliveries_total')).toBe(1)
  expect(value('resumes_total{kind="snapshot"}')).toBe(1)
  expect(value('sends_total{outcome="ok"}')).toBe(1)
  expect(value('sends_total{outcome="duplicate"}')).toBe(1)
  expect(value('http_requests_total{route="/api/rooms/:id/messages",method="POST",status="201"}')).toBe(1)

  await server.call('ann', 'DELETE', '/api/rooms/lobby/members/bob')
  await bob.next('room.detached')
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('holdfast_detached_total{code="kicked"} 1')
  await server.close()
})
