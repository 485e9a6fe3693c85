import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Peer, Running, StartOptions } from './peer.ts'
import { isHere, nodeServer, type Spawned, spawned } from './spawned.ts'

/** Where Debian puts PostgreSQL's programs. */
const DEBIAN = '/usr/lib/postgresql'
/** More than the default of 128 MB, as its documents advise. */
const SHARED_BUFFERS = '512MB'
const LOCALHOST = '127.0.0.1'

interface SocketioOptions extends Pick<Peer, 'name' | 'label' | 'about'> {
  /**
   * Whether it is tuned as far as that goes without another design: prepared statements, Unix sockets, more memory for PostgreSQL, a Redis that saves nothing. Otherwise all of
   * that is as tutorials have it: statements as text, connections over TCP, both databases as delivered. `fsync` and `synchronous_commit` are on in either.
   */
  readonly isTuned: boolean
}

/** Socket.IO with Redis and PostgreSQL, each started fresh. */
export function socketioServer({ isTuned, ...as }: SocketioOptions): Peer {
  return {
    ...as,
    dialect: 'socketio',
    missing: () => {
      if (!isHere('redis-server')) return 'there is no redis-server'
      return isHere(program('initdb')) ? null : 'there is no PostgreSQL'
    },
    start: async (options = {}) => {
      const dir = mkdtempSync(join(tmpdir(), 'holdfast-peer-'))
      const started: Spawned[] = []
      const stop = async () => {
        for (const each of started.toReversed()) await each.stop()
        rmSync(dir, { recursive: true, force: true })
      }
      try {
        return await startAll(dir, isTuned, options, started, stop)
      } catch (error) {
        await stop()
        throw error
      }
    },
  }
}

async function startAll(
  dir: string,
  isTuned: boolean,
  options: StartOptions,
  started: Spawned[],
  stop: () => Promise<void>,
): Promise<Running> {
  const ports = isTuned ? null : { postgres: await freePort(), redis: await freePort() }
  const postgres = await startPostgres(dir, ports?.postgres ?? null)
  started.push(postgres)
  const redisSocket = join(dir, 'redis.sock')
  const alone = ['--port', '0', '--unixsocket', redisSocket, '--save', '', '--appendonly', 'no']
  const redis = await spawned({
    what: 'redis-server',
    command: [
      'redis-server',
      ...(ports === null ? alone : ['--bind', LOCALHOST, '--port', String(ports.redis)]),
      '--dir',
      dir,
    ],
    ready: /ready to accept connections/i,
  })
  started.push(redis)
  const { command, env } = nodeServer(options)
  const server = await spawned({
    what: 'the Socket.IO peer',
    command: [...command, 'bench/src/peers/socketio/server.ts'],
    ready: /listening on (http:\/\/\S+)/,
    env: {
      ...env,
      ...(ports === null
        ? { POSTGRES_HOST: dir, REDIS_SOCKET: redisSocket }
        : { POSTGRES_HOST: LOCALHOST, POSTGRES_PORT: String(ports.postgres), REDIS_PORT: String(ports.redis) }),
    },
  })
  started.push(server)
  return { url: server.said, pids: { server: [server.pid], backends: [postgres.pid, redis.pid] }, stop }
}

/** `port`: where it listens as delivered; null: on a Unix socket alone, and tuned. PostgreSQL refuses to run as root: then it runs as the user `postgres`, whom its package makes. */
async function startPostgres(dir: string, port: number | null): Promise<Spawned> {
  const data = join(dir, 'postgres')
  const who = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : null
  if (who !== null) chownSync(dir, who.uid, who.gid)
  const made = spawnSync(program('initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '--no-sync', '-E', 'UTF8'], {
    ...who,
    cwd: dir,
  })
  if (made.status !== 0) throw new Error(`unable to measure; initdb: ${made.error?.message ?? made.stderr}`)
  const settings = [
    `unix_socket_directories=${dir}`,
    ...(port === null
      ? ['listen_addresses=', `shared_buffers=${SHARED_BUFFERS}`]
      : [`listen_addresses=${LOCALHOST}`, `port=${port}`]),
  ]
  return spawned({
    what: 'PostgreSQL',
    command: [program('postgres'), '-D', data, ...settings.flatMap(setting => ['-c', setting])],
    ready: /ready to accept connections/,
    // Its "fast" way to stop: sessions are ended, nothing is waited for.
    signal: 'SIGINT',
    complains: false,
    ...who,
  })
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOCALHOST)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

function idOf(flag: '-u' | '-g'): number {
  const { status, stdout } = spawnSync('id', [flag, 'postgres'])
  if (status !== 0) throw new Error('unable to measure; as root this needs the user postgres, to run PostgreSQL as')
  return Number(stdout.toString())
}

/** A program of PostgreSQL: that of Debian's newest version, else the one on the path. */
function program(name: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : []
  const found = versions.map(version => join(DEBIAN, version, 'bin', name)).find(existsSync)
  return found ?? name
}
