import { createHoldfast, type Holdfast, type HoldfastOptions, silentLogger } from '@holdfast/server'
import { SignJWT } from 'jose'
import { type Client, type ClientPlatform, createClient, type Readable, type Socket } from '../../src/index.ts'
import { systemPlatform } from '../../src/platform/system.ts'

const SECRET = 'a secret of the integration tests, longer than thirty-two bytes'

/** A token as the host application would make it. */
export function tokenFor(userId: string, lifeSeconds = 3_600): Promise<string> {
  return new SignJWT({ name: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
    .sign(new TextEncoder().encode(SECRET))
}

/** The server, in this process, on a port of its own. */
export async function serve(
  options: Partial<HoldfastOptions> = {},
  port = 0,
): Promise<{ readonly url: string; readonly server: Holdfast }> {
  const server = await createHoldfast({
    store: { kind: 'memory' },
    auth: { mode: 'jwt', secret: SECRET },
    sendRate: 0,
    logger: silentLogger,
    ...options,
  })
  const { url } = await server.listen({ host: '127.0.0.1', port })
  return { url, server }
}

/** A client over real sockets, whose connection can be cut, and which comes back without dawdling. */
export interface CutClient {
  readonly client: Client
  /** The network fails: neither side is told by the other. */
  cut(): void
}

export function cutClient(
  url: string,
  userId: string,
  getToken: () => Promise<string> = () => tokenFor(userId),
): CutClient {
  const cuts = new Set<() => void>()
  const platform: ClientPlatform = {
    ...systemPlatform,
    random: { ...systemPlatform.random, fraction: () => Math.random() / 50 },
    openSocket(address, protocols, handlers): Socket {
      let isCut = false
      const socket = systemPlatform.openSocket(address, protocols, {
        onOpen: () => !isCut && handlers.onOpen(),
        onMessage: text => !isCut && handlers.onMessage(text),
        onClose: (code, reason) => {
          cuts.delete(cut)
          if (!isCut) handlers.onClose(code, reason)
        },
      })
      const cut = () => {
        isCut = true
        socket.close(1000, '')
        handlers.onClose(1006, '')
      }
      cuts.add(cut)
      return socket
    },
  }
  return {
    client: createClient({ url, getToken, platform }),
    cut: () => {
      for (const cut of [...cuts]) cut()
    },
  }
}

/** Resolves with the first value that `isGood`. */
export function until<T>(readable: Readable<T>, isGood: (value: T) => boolean): Promise<T> {
  return new Promise(resolve => {
    const look = () => {
      const value = readable.getSnapshot()
      if (!isGood(value)) return
      stop()
      resolve(value)
    }
    const stop = readable.subscribe(look)
    look()
  })
}
