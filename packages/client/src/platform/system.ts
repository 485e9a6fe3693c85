import type { Network, NetworkChange } from './network.ts'
import type { ClientPlatform } from './platform.ts'
import type { Socket, SocketHandlers } from './socket.ts'

/** Timers take no longer delay than this; what is due later is asked for again by then. Milliseconds. */
const TIMER_MOST_MS = 2 ** 31 - 1
/** 128 bits: as many as nobody makes twice. */
const ID_WORDS = 4
/** What a socket closes with that never opened (RFC 6455 §7.1.5). */
const CLOSE_ABNORMAL = 1006

/** The real clock, timers, randomness, sockets and network signals, of browsers and of Node: the only file of the client that touches them. */
export const systemPlatform: ClientPlatform = {
  clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
  scheduler: {
    after(ms, task) {
      const timer = setTimeout(task, Math.min(ms, TIMER_MOST_MS))
      return () => clearTimeout(timer)
    },
  },
  random: { fraction: () => Math.random(), id: randomId },
  network: { isUp, isVisible, watch },
  openSocket,
  fetch: (...call) => globalThis.fetch(...call),
}

/**
 * Of digits and `-`, which a clientId may be made of. (`crypto.randomUUID` exists on https pages only.) Later ones sort behind earlier ones,
 * so that a server's index of them grows at its end.
 */
function randomId(): string {
  return `${Date.now()}-${crypto.getRandomValues(new Uint32Array(ID_WORDS)).join('-')}`
}

function openSocket(url: string, protocols: readonly string[], handlers: SocketHandlers): Socket {
  let socket: WebSocket
  try {
    socket = new WebSocket(url, [...protocols])
  } catch {
    // A token of characters that no subprotocol may have, say. What was thrown quotes it, so it is not passed on.
    setTimeout(() => handlers.onClose(CLOSE_ABNORMAL, 'unfit token'))
    return { send: () => {}, close: () => {} }
  }
  socket.addEventListener('open', () => handlers.onOpen())
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => handlers.onMessage(String(data)))
  socket.addEventListener('close', ({ code, reason }) => handlers.onClose(code, reason))
  return {
    send(text) {
      // A socket that is closing throws the text away, and so does this: its `onClose` is on the way.
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: (code, reason) => socket.close(code, reason),
  }
}

/** Node says nothing of its network: it is taken to be there. */
function isUp(): boolean {
  return globalThis.navigator?.onLine !== false
}

function isVisible(): boolean {
  return globalThis.document?.visibilityState !== 'hidden'
}

function watch(listener: (change: NetworkChange) => void): ReturnType<Network['watch']> {
  const { window, document } = globalThis
  const stopping = new AbortController()
  const { signal } = stopping
  window?.addEventListener('online', () => listener('up'), { signal })
  window?.addEventListener('offline', () => listener('down'), { signal })
  document?.addEventListener('visibilitychange', () => listener(isVisible() ? 'visible' : 'hidden'), { signal })
  return () => stopping.abort()
}
