// @vitest-environment happy-dom
import { createClient } from '@holdfast/client'
import { assertConverged, createFakeServer, diesBeforeAck, rateLimited, times } from '@holdfast/client/testing'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { HoldfastProvider, useTimeline } from '../src/index.ts'

afterEach(cleanup)

function Rows({ roomId }: { readonly roomId: string }) {
  const { entries } = useTimeline(roomId)
  return (
    <ol>
      {entries.map(entry => (
        <li key={entry.key}>
          {entry.kind === 'message' ? entry.message.content : `${entry.content} (${entry.status})`}
        </li>
      ))}
    </ol>
  )
}

function rows(): readonly (string | null)[] {
  return screen.queryAllByRole('listitem').map(item => item.textContent)
}

test('an application’s components are tested on the fake server, in real time, and converge with another client', async () => {
  const server = createFakeServer()
  server.room('desk', 'ann', 'bob')
  const ann = createClient(server.clientOptions('ann'))
  const bob = createClient(server.clientOptions('bob'))
  bob.connect()
  bob.room('desk').open()
  const { unmount } = render(
    <HoldfastProvider client={ann}>
      <Rows roomId="desk" />
    </HoldfastProvider>,
  )
  await assertConverged([ann, bob], 'desk')

  server.behaviour = times(1, rateLimited(1_000))
  ann.room('desk').send('one')
  await waitFor(() => expect(rows()).toEqual(['one (queued)']))
  await waitFor(() => expect(rows()).toEqual(['one']), { timeout: 20_000 })
  server.behaviour = times(1, diesBeforeAck)
  ann.room('desk').send('two')
  server.say('desk', 'bob', 'three')
  await assertConverged([ann, bob], 'desk', { within: 20_000, fresh: () => createClient(server.clientOptions('bob')) })
  await waitFor(() => expect(rows().toSorted()).toEqual(['one', 'three', 'two']))
  unmount()
  ann.disconnect()
  bob.disconnect()
})
