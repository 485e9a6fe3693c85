import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** Where to listen. */
export interface Place {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

/** A port that is this process's own. */
export interface ReservedPort {
  readonly port: number
  /** To be called when those listen who are to share it, or when nobody will. */
  release(): Promise<void>
}

/**
 * Makes sure that nobody listens on a port, and keeps it until those listen who share it (`SO_REUSEPORT`). Who shared one without
 * asking would be given half of somebody else's clients; another server of the same user that starts meanwhile finds it taken.
 *
 * Rejects with Node's own error when somebody listens there, or it cannot be had.
 */
export async function reservePort({ host, port }: Place): Promise<ReservedPort> {
  const alone = await listen({ host, port })
  const address = alone.address()
  const found = typeof address === 'object' && address !== null ? address.port : port
  await closed(alone)
  const shared = await listen({ host, port: found, reusePort: true })
  return { port: found, release: () => closed(shared) }
}

/** Who comes before there is anybody to serve them finds nobody, as they would have a moment ago. */
async function listen(options: Place & { readonly reusePort?: boolean }): Promise<Server> {
  const server = createServer((socket: Socket) => socket.destroy())
  server.listen(options)
  await once(server, 'listening')
  return server
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
