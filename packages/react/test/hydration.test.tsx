// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it } from 'vitest'
import { HoldfastProvider, useConnection, useRoom } from '../src/index.ts'
import { emptyView, entry, FakeClient } from './fake-client.ts'

function Page() {
  const { view } = useRoom('r')
  return (
    <p>
      {useConnection().state} {view.timeline.length}
    </p>
  )
}

afterEach(cleanup)

it('hydrates what the server rendered without a mismatch, then shows what the client holds', async () => {
  const page = (fake: FakeClient) => (
    <HoldfastProvider client={fake.asClient()}>
      <Page />
    </HoldfastProvider>
  )
  const host = document.createElement('div')
  host.innerHTML = renderToString(page(new FakeClient()))
  const fake = new FakeClient()
  fake.connect()
  fake.fake('r').set({ ...emptyView('r'), timeline: [entry(1, 'a')] })
  const errors: unknown[] = []
  await act(async () => hydrateRoot(host, page(fake), { onRecoverableError: error => errors.push(error) }))
  expect(errors).toEqual([])
  expect(host.textContent).toBe('online 1')
})
