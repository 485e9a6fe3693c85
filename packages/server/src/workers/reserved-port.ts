import { once } from 'node:events'
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'

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
 * To see that nobody listens it has to listen alone, and cannot share then: for a moment it does neither. On Linux no other server
 * can do the same in that moment (`lockOf`). On other systems two that start within the same millisecond may both go on and share.
 *
 * Rejects with Node's own error when somebody listens there, or it cannot be had.
 */
export async function reservePort({ host, port: wanted }: Place): Promise<ReservedPort> {
  const port = wanted === 0 ? await freePort(host) : wanted
  const unlock = await lockOf({ host, port })
  try {
    await closed(await listen({ host, port }))
    const shared = await listen({ host, port, reusePort: true })
    return { port, release: () => closed(shared) }
  } finally {
    await unlock()
  }
}

async function freePort(host: string): Promise<number> {
  const found = await listen({ host, port: 0 })
  const address = found.address()
  await closed(found)
  return typeof address === 'object' && address !== null ? address.port : 0
}

/**
 * What one server at a time has of each port, whatever its address: a socket by a name without a file, which ends with whoever has it
 * (Linux has those, apart for each network namespace as ports are). Returns what gives it back.
 *
 * Rejects as `listen` does when somebody has it: they are about to listen there.
 */
async function lockOf({ host, port }: Place): Promise<() => Promise<void>> {
  if (process.platform !== 'linux') return async () => {}
  try {
    const lock = await listen({ path: `\0holdfast-port-${port}` })
    return () => closed(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    const message = `listen EADDRINUSE: address already in use ${host}:${port}`
    throw Object.assign(new Error(message, { cause: error }), { code: 'EADDRINUSE', syscall: 'listen', port })
  }
}

/** Who comes before there is anybody to serve them finds nobody, as they would have a moment ago. */
async function listen(options: ListenOptions): Promise<Server> {
  const server = createServer((socket: Socket) => socket.destroy())
  server.listen(options)
  await once(server, 'listening')
  return server
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
