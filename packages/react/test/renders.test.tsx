// @vitest-environment happy-dom
import { createClient, type TimelineEntry } from '@holdfast/client'
import { createFakeServer, fakePlatform, VirtualTime } from '@holdfast/client/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import { memo, type ReactNode } from 'react'
import { afterEach, expect, test } from 'vitest'
import { HoldfastProvider, useTimeline, useTyping } from '../src/index.ts'

afterEach(cleanup)

const HELD = 50

/** A room of ann's with `HELD` messages, on the screen, and what is rendered of it from now on. */
async function desk() {
  const time = new VirtualTime()
  const server = createFakeServer({ time })
  const log = server.room('desk', 'ann', 'bob')
  for (let i = 0; i < HELD; i++) log.send(i % 2 === 0 ? 'ann' : 'bob', { clientId: `c${i}`, content: `${i}` })
  const client = createClient({
    url: 'http://fake',
    getToken: () => 'ann',
    platform: fakePlatform('ann', server, { time }),
  })
  const rendered: string[] = []
  const lists = { count: 0 }
  const Row = memo(({ entry }: { readonly entry: TimelineEntry }) => {
    const text = entry.kind === 'message' ? entry.message.content : entry.content
    rendered.push(text)
    return <li>{text}</li>
  })
  function Rows({ children }: { readonly children?: ReactNode }) {
    lists.count++
    return (
      <ol>
        {useTimeline('desk').entries.map(entry => (
          <Row key={entry.key} entry={entry} />
        ))}
        {children}
      </ol>
    )
  }
  function Typing() {
    return <p>{useTyping('desk').userIds.join()}</p>
  }
  render(
    <HoldfastProvider client={client}>
      <Rows />
      <Typing />
    </HoldfastProvider>,
  )
  await act(() => time.advance(1_000))
  expect(rendered).toHaveLength(HELD)
  const during = async (work: () => unknown) => {
    rendered.length = 0
    lists.count = 0
    await act(async () => {
      work()
      await time.advance(200)
    })
    return { rows: [...rendered], lists: lists.count }
  }
  return { server, log, client, during }
}

test('one more message renders one row, once', async () => {
  const { server, during } = await desk()
  expect(await during(() => server.say('desk', 'bob', 'new'))).toEqual({ rows: ['new'], lists: 1 })
  expect(screen.getAllByRole('listitem')).toHaveLength(HELD + 1)
})

test('a change of a message renders its row alone', async () => {
  const { server, log, during } = await desk()
  const messageId = log.state.messages[10]?.id ?? ''
  const reaction = { kind: 'reaction.added', by: 'bob', userId: 'bob', messageId, key: 'ok' } as const
  expect(await during(() => server.publish('desk', log.append(reaction)))).toEqual({ rows: ['10'], lists: 1 })
})

test('my message is one row from the tap on Send until it is in the log, rendered for what it shows only', async () => {
  const { client, during } = await desk()
  const { rows } = await during(() => client.room('desk').send('mine'))
  expect(new Set(rows)).toEqual(new Set(['mine']))
  expect(rows.length).toBeLessThanOrEqual(4)
})

test('what somebody else has read renders my messages that it makes seen, and no others', async () => {
  const { server, log, during } = await desk()
  const upTo = log.state.messages[3]?.seq ?? 0
  const read = (seq: number) => {
    log.read('bob', seq)
    server.tellReads('desk', ['bob'])
  }
  expect(await during(() => read(upTo))).toEqual({ rows: ['0', '2'], lists: 1 })
  // The next one above is bob's own: what is seen of mine is the same, and so is the list.
  expect(await during(() => read(upTo + 1))).toEqual({ rows: ['4'], lists: 1 })
  expect(await during(() => read(upTo + 2))).toEqual({ rows: [], lists: 0 })
})

test('typing renders no row, and not the list', async () => {
  const { server, during } = await desk()
  expect(await during(() => server.last.say({ type: 'typing', roomId: 'desk', userIds: ['bob'] }))).toEqual({
    rows: [],
    lists: 0,
  })
})
