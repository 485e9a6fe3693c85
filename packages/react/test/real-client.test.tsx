// @vitest-environment happy-dom
import { type ClientOptions, type ClientPlatform, createClient, type SocketHandlers } from '@holdfast/client'
import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CONNECTION_LINGER_MS, HoldfastProvider, useComposer, useConnection, useTimeline } from '../src/index.ts'

/** A device whose every socket is counted and whose server answers when the test says so. */
function countingPlatform() {
  const sockets: { handlers: SocketHandlers; closed: boolean }[] = []
  let ids = 0
  const platform: ClientPlatform = {
    clock: { wallMs: () => Date.now(), monoMs: () => Date.now() },
    scheduler: {
      after(ms, task) {
        const timer = setTimeout(task, ms)
        return () => clearTimeout(timer)
      },
    },
    random: {
      fraction: () => 0.5,
      id: () => {
        ids += 1
        return `id-${ids}`
      },
    },
    network: { isUp: () => true, isVisible: () => true, watch: () => () => {} },
    openSocket(_url, _protocols, handlers) {
      const socket = { handlers, closed: false }
      sockets.push(socket)
      return {
        send: () => {},
        close: () => {
          socket.closed = true
        },
      }
    },
    fetch: () => Promise.reject(new TypeError('there is no server')),
  }
  return { sockets, platform }
}

function Room() {
  const { entries } = useTimeline('r')
  const { send, setText } = useComposer('r')
  return (
    <>
      <p>{useConnection().state}</p>
      <button
        type="button"
        onClick={() => {
          setText('hello')
          send()
        }}
      >
        Send
      </button>
      <ul>
        {entries.map(entry => (
          <li key={entry.key}>
            {entry.kind === 'pending' ? `${entry.content} ${entry.status}` : entry.message.content}
          </li>
        ))}
      </ul>
    </>
  )
}

function optionsWith(platform: ClientPlatform): ClientOptions {
  return { url: 'http://127.0.0.1:1', getToken: () => 'token', platform }
}

/** Lets the client's promises and the linger pass. */
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

describe('with the real client', () => {
  afterEach(() => {
    cleanup()
    vi.useRealTimers()
  })

  it('opens one socket under StrictMode, with a client of its own or a given one, and closes it in the end', async () => {
    vi.useFakeTimers()
    for (const own of [true, false]) {
      const { sockets, platform } = countingPlatform()
      const options = optionsWith(platform)
      const props = own ? { options } : { client: createClient(options) }
      const tree = (
        <StrictMode>
          <HoldfastProvider {...props}>
            <Room />
          </HoldfastProvider>
        </StrictMode>
      )
      const { unmount } = render(tree)
      await pass(CONNECTION_LINGER_MS)
      expect(sockets).toHaveLength(1)
      unmount()
      await pass(CONNECTION_LINGER_MS)
      expect(sockets.map(socket => socket.closed)).toEqual([true])
    }
  })

  it('keeps the socket of a given client through an unmount and a mount', async () => {
    vi.useFakeTimers()
    const { sockets, platform } = countingPlatform()
    const client = createClient(optionsWith(platform))
    render(<HoldfastProvider client={client} />).unmount()
    render(<HoldfastProvider client={client} />)
    await pass(CONNECTION_LINGER_MS)
    expect(sockets.map(socket => socket.closed)).toEqual([false])
  })

  it('shows what is sent at once, before any connection', async () => {
    const { platform } = countingPlatform()
    render(
      <HoldfastProvider options={optionsWith(platform)}>
        <Room />
      </HoldfastProvider>,
    )
    act(() => screen.getByRole('button', { name: 'Send' }).click())
    expect(await screen.findByText('hello queued')).toBeDefined()
  })
})
