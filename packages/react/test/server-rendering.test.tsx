import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { HoldfastProvider, useComposer, useConnection, useRoom, useRooms, useUnread } from '../src/index.ts'
import { emptyView, FakeClient } from './fake-client.ts'

function Page() {
  const { view } = useRoom('r')
  return (
    <p>
      {useConnection().state} {useRooms().loading ? 'loading' : 'loaded'} {useUnread()} {view.status}{' '}
      {view.timeline.length} {useComposer('r').text || 'empty'}
    </p>
  )
}

const text = (markup: string) => markup.replaceAll(/<!-- -->|<[^>]+>/g, '')

describe('server rendering, in plain Node', () => {
  it('renders the state before anything was heard, and connects and opens nothing', () => {
    expect(typeof document).toBe('undefined')
    const fake = new FakeClient()
    const markup = renderToString(
      <HoldfastProvider client={fake.asClient()}>
        <Page />
      </HoldfastProvider>,
    )
    expect(text(markup)).toBe('idle loading 0 closed 0 empty')
    expect(fake.calls).toEqual([])
    expect(fake.fake('r').holds).toEqual([])
  })

  it('renders the same whatever the client already holds, so that a browser hydrates what it finds', () => {
    const fake = new FakeClient()
    fake.connect()
    fake.fake('r').set({ ...emptyView('r'), status: 'live' })
    const markup = renderToString(
      <HoldfastProvider client={fake.asClient()}>
        <Page />
      </HoldfastProvider>,
    )
    expect(text(markup)).toBe('idle loading 0 closed 0 empty')
  })

  it('makes a client from options without touching a browser', () => {
    const markup = renderToString(
      <HoldfastProvider options={{ url: 'http://127.0.0.1:1', getToken: () => '' }}>
        <Page />
      </HoldfastProvider>,
    )
    expect(text(markup)).toBe('idle loading 0 closed 0 empty')
  })
})
