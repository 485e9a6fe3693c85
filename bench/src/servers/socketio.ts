import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Peer, Running, StartOptions } from './peer.ts'
import { isHere, nodeServer, type Spawned, spawned } from './spawned.ts'

/** Where Debian puts PostgreSQL's programs. */
const DEBIAN = '/usr/lib/postgresql'
/** More than the default of 128 MB, as its documents advise; the rest is as delivered: `fsync` and `synchronous_commit` on. */
const SHARED_BUFFERS = '512MB'

/** Socket.IO with Redis and PostgreSQL, each started fresh. They listen on Unix sockets alone. */
export const socketioServer: Peer = {
  name: 'socketio',
  label: 'Socket.IO + Redis + PostgreSQL',
  dialect: 'socketio',
  about:
    'what a team would otherwise write: one INSERT a message over a pool of ten, told to the room when it is written, then acknowledged; the Redis adapter; ' +
    'no catch-up: who comes back is sent nothing of what it missed, which stands in PostgreSQL (connection state recovery is off, this adapter has none); ' +
    'its Node process is pinned as ours is, PostgreSQL and Redis run where the system puts them',
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
      return await startAll(dir, options, started, stop)
    } catch (error) {
      await stop()
      throw error
    }
  },
}

async function startAll(
  dir: string,
  options: StartOptions,
  started: Spawned[],
  stop: () => Promise<void>,
): Promise<Running> {
  const postgres = await startPostgres(dir)
  started.push(postgres)
  const redisSocket = join(dir, 'redis.sock')
  const redis = await spawned({
    what: 'redis-server',
    command: [
      'redis-server',
      '--port',
      '0',
      '--unixsocket',
      redisSocket,
      '--save',
      '',
      '--appendonly',
      'no',
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
    env: { ...env, POSTGRES_DIR: dir, REDIS_SOCKET: redisSocket },
  })
  started.push(server)
  return { url: server.said, pids: { server: [server.pid], backends: [postgres.pid, redis.pid] }, stop }
}

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`, whom its package makes. */
async function startPostgres(dir: string): Promise<Spawned> {
  const data = join(dir, 'postgres')
  const who = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : null
  if (who !== null) chownSync(dir, who.uid, who.gid)
  const made = spawnSync(program('initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '--no-sync', '-E', 'UTF8'], {
    ...who,
    cwd: dir,
  })
  if (made.status !== 0) throw new Error(`unable to measure; initdb: ${made.error?.message ?? made.stderr}`)
  const settings = [`unix_socket_directories=${dir}`, 'listen_addresses=', `shared_buffers=${SHARED_BUFFERS}`]
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
