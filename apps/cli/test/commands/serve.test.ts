import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canShareAPort } from '@holdfast/server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Ended, Run, run } from '../support/run.ts'

const SECRET = 'a-secret-of-at-least-32-characters'
/** So many that the kernel gives some to each of two threads. */
const CLIENTS = 24
/** Values of HOLDFAST_WORKERS that can be had here. */
const WORKERS = canShareAPort(process.platform) ? ['1', '2'] : ['1']
let folder: string
let dataDir: string
let runs: Run[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-serve-'))
  dataDir = join(folder, 'data')
  runs = []
})
afterEach(async () => {
  for (const { child } of runs) child.kill('SIGKILL')
  await Promise.all(runs.map(({ ended }) => ended))
  await rm(folder, { recursive: true, force: true })
})

function serve(env: Record<string, string> = {}, nodeArgs: readonly string[] = []): Run {
  const settings = { HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: dataDir, HOLDFAST_WORKERS: '1', ...env }
  const started = new Run(['serve'], settings, nodeArgs)
  runs.push(started)
  return started
}

async function stop(server: Run, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
  server.child.kill(signal)
  return server.ended
}

async function post(
  url: string,
  path: string,
  body: unknown,
  token?: string,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

async function guestToken(url: string): Promise<string> {
  const { body } = await post(url, '/api/auth/guest', { name: 'Ann' })
  return (body as { token: string }).token
}

/** A client that says hello and then does nothing about being asked to go. */
async function stubbornClient(
  url: string,
): Promise<{ readonly heard: string[]; readonly closed: Promise<CloseEvent> }> {
  const protocols = ['holdfast.v1', `bearer.${await guestToken(url)}`]
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, protocols)
  const heard: string[] = []
  const closed = new Promise<CloseEvent>(resolve => socket.addEventListener('close', resolve))
  await new Promise<void>(resolve => {
    socket.addEventListener('open', () => {
      socket.send('{"type":"session.hello","protocol":1,"client":{"name":"stubborn","version":"1"}}')
    })
    socket.addEventListener('message', event => {
      heard.push(String(event.data))
      resolve()
    })
  })
  return { heard, closed }
}

/** The name of the node, which each thread has one of, by the answer to the hello. */
function nodeIn(heard: readonly string[]): string | undefined {
  return /"node":"([^"]+)"/.exec(heard.join())?.[1]
}

describe('a start', () => {
  test('with nothing set but port and folder serves guests, and prints one line on standard output', async () => {
    const server = serve()
    const url = await server.url()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const created = await post(url, '/api/rooms', { name: 'A', type: 'public' }, await guestToken(url))
    expect(created.status).toBe(201)
    expect(await stop(server)).toMatchObject({ code: 0, stdout: `holdfast is listening on ${url}\n` })
  })

  test.each(WORKERS)(
    'serves with as many threads as --workers %s says, whatever the environment says',
    async workers => {
      const others = workers === '1' ? '2' : '1'
      const settings = { HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: dataDir, HOLDFAST_WORKERS: others }
      const server = new Run(['serve', '--workers', workers], settings)
      runs.push(server)
      const url = await server.url()
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => stubbornClient(url)))
      expect(new Set(clients.map(({ heard }) => nodeIn(heard))).size).toBe(Number(workers))
    },
  )

  test('keeps what people write for the server’s own user alone', async () => {
    const server = serve()
    await server.url()
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    for (const file of await readdir(dataDir)) expect((await stat(join(dataDir, file))).mode & 0o077, file).toBe(0)
  })

  test('with a secret lets in who holds a token of it, such as `holdfast token` makes, and no guest', async () => {
    const env = { HOLDFAST_JWT_SECRET: SECRET, HOLDFAST_JWT_AUDIENCE: 'chat' }
    const url = await serve(env).url()
    const { stdout } = await run(['token', '--sub', 'ann', '--name', 'Ann'], env)
    expect(await post(url, '/api/rooms', { name: 'A', type: 'public' }, stdout.trimEnd())).toMatchObject({
      status: 201,
      body: { createdBy: 'ann' },
    })
    expect((await post(url, '/api/auth/guest', { name: 'Ann' })).status).toBe(404)
  })

  test('takes a token in the URL of a socket only where that is switched on', async () => {
    for (const [setting, expected] of [
      ['on', 'open'],
      ['off', 'error'],
    ] as const) {
      const url = await serve({ HOLDFAST_TOKEN_IN_QUERY: setting, HOLDFAST_DATA_DIR: join(folder, setting) }).url()
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket?token=${await guestToken(url)}`)
      const happened = await new Promise(resolve => {
        for (const event of ['open', 'error']) socket.addEventListener(event, () => resolve(event))
      })
      expect(happened).toBe(expected)
    }
  })

  test('warns of a misspelled setting and of a secret that can be guessed, and goes on', async () => {
    const server = serve({ HOLDFAST_PROT: '1', HOLDFAST_JWT_SECRET: 'short' })
    await server.url()
    expect(server.stderr).toContain('did you mean HOLDFAST_PORT?')
    expect(server.stderr).toContain('HOLDFAST_JWT_SECRET is shorter than 32 bytes')
    expect(server.stderr).not.toContain('"short"')
  })
})

describe('what cannot start says why in one line, with exit code 1 and nothing on standard output', () => {
  async function expectOneLine(started: Run, pattern: RegExp): Promise<void> {
    const { code, stdout, stderr } = await started.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.split('\n')).toEqual([expect.stringMatching(pattern), ''])
  }

  test.each([
    ['HOLDFAST_PORT', 'many'],
    ['HOLDFAST_SEND_RATE', '-1'],
    ['HOLDFAST_LOG_LEVEL', 'loud'],
    ['HOLDFAST_WORKERS', '0'],
    ['HOLDFAST_WORKERS', 'all'],
    ['HOLDFAST_AUTH', 'jwt'],
    ['HOLDFAST_JWT_SECRET', ''],
    ['HOLDFAST_ALLOWED_ORIGINS', '*'],
    ['HOLDFAST_DATABASE_URL', 'postgres://user:hunter2@db/x'],
    ['HOLDFAST_REDIS_URL', 'redis://:hunter2@cache'],
  ])('%s=%s', async (name, value) => {
    const started = serve({ [name]: value })
    await expectOneLine(started, new RegExp(`^holdfast: ${name} `))
    expect(started.stderr).not.toContain('hunter2')
  })

  test('several wrong settings at once', async () => {
    await expectOneLine(serve({ HOLDFAST_PORT: 'x', HOLDFAST_AUTH: 'y' }), /HOLDFAST_PORT .*; HOLDFAST_AUTH /)
  })

  test.each(WORKERS)('a port in use, also by as many threads (%s) as want to share it', async workers => {
    const url = await serve({ HOLDFAST_WORKERS: workers }).url()
    const where = { HOLDFAST_PORT: new URL(url).port, HOLDFAST_DATA_DIR: join(folder, 'other') }
    const env = { ...where, HOLDFAST_WORKERS: workers }
    await expectOneLine(serve(env), /^holdfast: HOLDFAST_PORT \d+ is in use on 127\.0\.0\.1; /)
  })

  test('a host that is not this machine’s', async () => {
    await expectOneLine(serve({ HOLDFAST_HOST: '192.0.2.1' }), /^holdfast: HOLDFAST_HOST 192\.0\.2\.1 /)
  })

  test('a data directory that another server has', async () => {
    await serve().url()
    await expectOneLine(serve(), /^holdfast: unable to .*data/)
  })

  test('a file in place of the data directory', async () => {
    await writeFile(dataDir, '')
    await expectOneLine(serve(), /^holdfast: HOLDFAST_DATA_DIR cannot be used; /)
  })
})

test('no log line holds what people write, their names or their tokens, on any level', async () => {
  const server = serve({ HOLDFAST_LOG_LEVEL: 'debug', HOLDFAST_TOKEN_IN_QUERY: 'on' })
  const url = await server.url()
  const token = await guestToken(url)
  const marked = { id: 'a', name: 'marker-name', type: 'public', topic: 'marker-topic' }
  expect((await post(url, '/api/rooms', marked, token)).status).toBe(201)
  await post(url, '/api/rooms/a/messages', { clientId: 'c1', content: 'marker-content' }, token)
  await post(url, '/api/rooms/a/messages', { clientId: 'marker id', content: ['marker-content'] }, token)
  await post(url, '/api/rooms', marked, 'marker-token')
  await post(url, '/api/rooms?token=marker-query', '{"marker', token)
  for (const query of [`?token=${token}`, '?token=marker-token', '?ticket=marker-ticket']) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket${query}`)
    await new Promise<void>(resolve => {
      socket.addEventListener('open', () => socket.send('{"type":"marker-frame"'))
      socket.addEventListener('close', () => resolve())
      socket.addEventListener('error', () => resolve())
    })
  }
  const { code, stdout, stderr } = await stop(server)
  expect(code).toBe(0)
  expect(stderr).toContain('stopping')
  expect(stdout + stderr).not.toContain('marker')
  for (const part of token.split('.')) expect(stdout + stderr).not.toContain(part)
})

describe.each(WORKERS)('an end, %s of its threads serving clients,', workers => {
  const start = (nodeArgs: readonly string[] = []) => serve({ HOLDFAST_WORKERS: workers }, nodeArgs)

  test.each(['SIGTERM', 'SIGINT'] as const)('by %s exits 0, told to every client', async signal => {
    const server = start()
    const url = await server.url()
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => stubbornClient(url)))
    const { code } = await stop(server, signal)
    expect(code).toBe(0)
    for (const { heard, closed } of clients) {
      expect(heard.join()).toContain('"session.draining"')
      expect((await closed).code).toBe(4001)
    }
    expect(new Set(clients.map(({ heard }) => nodeIn(heard))).size).toBe(Number(workers))
  })

  test('a signal that arrives twice, as Ctrl-C does below npm, is one signal: it drains and exits 0', async () => {
    const server = start()
    await stubbornClient(await server.url())
    server.child.kill('SIGINT')
    await server.told('stopping')
    expect((await stop(server, 'SIGINT')).code).toBe(0)
  })

  test('a second signal more than a second later ends it at once, with exit code 1', async () => {
    const server = start()
    await stubbornClient(await server.url())
    server.child.kill('SIGTERM')
    await server.told('stopping')
    const again = setInterval(() => server.child.kill('SIGTERM'), 100)
    expect((await stop(server, 'SIGTERM')).code).toBe(1)
    clearInterval(again)
  })

  test.each([
    ['an exception', 'throw new Error("boom")'],
    ['a rejection', 'Promise.reject(new Error("boom"))'],
  ])('by %s that nobody caught is logged, drains and exits 1', async (_what, fault) => {
    const module = `process.on('SIGUSR2', () => { ${fault} })`
    const server = start(['--import', `data:text/javascript,${encodeURIComponent(module)}`])
    const client = await stubbornClient(await server.url())
    const { code, stderr } = await stop(server, 'SIGUSR2')
    expect(code).toBe(1)
    expect(stderr).toContain('boom')
    expect(client.heard.join()).toContain('"session.draining"')
  })

  test('in order comes too when nobody reads its output any more', async () => {
    const server = start()
    const url = await server.url()
    server.child.stdout?.destroy()
    server.child.stderr?.destroy()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await stop(server)).code).toBe(0)
  })

  test('by kill -9 loses nothing acknowledged, nor who the guests are', async () => {
    const server = start()
    let url = await server.url()
    const token = await guestToken(url)
    await post(url, '/api/rooms', { id: 'a', name: 'A', type: 'private' }, token)
    const sent = await post(url, '/api/rooms/a/messages', { clientId: 'c1', content: 'Hello' }, token)
    await stop(server, 'SIGKILL')
    url = await start().url()
    const again = await post(url, '/api/rooms/a/messages', { clientId: 'c1', content: 'Hello' }, token)
    expect(again).toEqual({ status: 200, body: { ...(sent.body as object), duplicate: true } })
  })
})
