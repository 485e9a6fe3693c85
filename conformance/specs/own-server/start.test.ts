import { rm } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { Api, expectBody, expectSuccess } from '../../src/http.ts'
import { makeDataDir, type OwnServer, type OwnServerOptions, ServerProcess, startServer } from '../../src/own-server.ts'
import { person } from '../../src/people.ts'
import { history, makeRoom, post, snapshotOf } from '../../src/rooms.ts'
import { refusedUpgrade, Socket } from '../../src/socket.ts'

const servers: OwnServer[] = []

async function start(options?: OwnServerOptions): Promise<OwnServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

afterAll(() => Promise.all(servers.map(server => server.dispose())))

test('[P7.listen.1] once ready it prints one line with listening on http://HOST:PORT, and serves', async () => {
  const server = await start()
  expect((await new Api(server).get('/healthz')).status).toBe(200)
  const lines = server.process.stdout.split('\n').filter(line => line.includes('listening on'))
  expect(lines.length).toBe(1)
  expect(lines[0]).toMatch(/listening on http:\/\/127\.0\.0\.1:\d+/)
})

test('[P7.listen.2] HOLDFAST_PORT 0 picks a free one: two servers side by side', async () => {
  const [one, two] = await Promise.all([start(), start()])
  expect(one.url).not.toBe(two.url)
  for (const server of [one, two]) expect((await new Api(server).get('/readyz')).status).toBe(200)
})

const WRONG_VALUES: readonly (readonly [string, string])[] = [
  ['HOLDFAST_PORT', 'eighty'],
  ['HOLDFAST_PORT', '70000'],
  ['HOLDFAST_PORT', '-1'],
  ['HOLDFAST_SEND_RATE', 'fast'],
  ['HOLDFAST_SEND_RATE', '-1'],
  ['HOLDFAST_AUTH', 'perhaps'],
  ['HOLDFAST_LOG_LEVEL', 'shouting'],
  ['HOLDFAST_DATABASE_URL', 'mysql://127.0.0.1/db'],
  ['HOLDFAST_JWKS_URL', 'not a url'],
  ['HOLDFAST_REDIS_URL', 'not a url'],
]

test.each(WRONG_VALUES)('[P7.wrong.1] %s=%s stops the start with one line that names it', async (name, value) => {
  const dataDir = await makeDataDir()
  const server = new ServerProcess({ HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: dataDir, [name]: value })
  const { code } = await server.exited
  await rm(dataDir, { recursive: true, force: true })
  expect(code).not.toBe(0)
  const lines = `${server.stdout}${server.stderr}`.split('\n').filter(line => line.trim() !== '')
  expect(lines.length, lines.join('\n')).toBe(1)
  expect(lines[0]).toContain(name)
})

test('[P7.data.1] HOLDFAST_DATA_DIR keeps everything over a restart, the epoch included', async () => {
  const first = await start()
  const ann = await person('ann', first)
  const roomId = await makeRoom(ann)
  const { messageId } = await post(ann, roomId, 'to be kept')
  const { epoch, seq } = await snapshotOf(ann, roomId)
  expect(await first.process.stop()).toEqual({ code: 0, signal: null })
  const second = await start({ dataDir: first.dataDir, secret: first.secret })
  const again = { ...ann, at: second, api: new Api(second, ann.token) }
  expect(await history(again, roomId)).toMatchObject({
    epoch,
    seq,
    messages: [{ id: messageId, content: 'to be kept' }],
  })
})

test('[P7.guest.1] without secret or JWKS guest sign-in is on: its token opens HTTP and socket', async () => {
  const server = await start({ secret: null })
  const answer = await new Api(server).post<{ token: string; user: object }>('/api/auth/guest', { name: 'Gwen' })
  const { token, user } = expectSuccess(answer)
  expect(user).toBeTypeOf('object')
  expectBody(await new Api(server, token).get('/api/rooms'), 200)
  const socket = await Socket.connect(server, { token })
  const { userId } = await socket.hello()
  expect(JSON.stringify(user)).toContain(userId)
  expect(await refusedUpgrade(server, {})).toBe(401)
})

test('[P7.guest.2] two guests of one name are two users', async () => {
  const server = await start({ secret: null })
  const users = []
  for (let index = 0; index < 2; index += 1) {
    const { token } = expectSuccess(await new Api(server).post<{ token: string }>('/api/auth/guest', { name: 'Gwen' }))
    users.push((await (await Socket.connect(server, { token })).hello()).userId)
  }
  expect(users[0]).not.toBe(users[1])
})

test('[P7.guest.3] HOLDFAST_AUTH guest beside a secret: guests and signed tokens both come in', async () => {
  const server = await start({ env: { HOLDFAST_AUTH: 'guest' } })
  expectSuccess(await new Api(server).post('/api/auth/guest', { name: 'Gwen' }))
  const ann = await person('ann', server)
  expectBody(await ann.api.get('/api/rooms'), 200)
})

test('[P7.origins.1] HOLDFAST_ALLOWED_ORIGINS lets those origins in, and no others', async () => {
  const server = await start({ env: { HOLDFAST_ALLOWED_ORIGINS: 'https://app.example,https://two.example:8443' } })
  const ann = await person('ann', server)
  for (const origin of ['https://app.example', 'https://two.example:8443']) {
    const socket = await Socket.connect(server, { token: ann.token, origin })
    await socket.hello()
  }
  const foreign = [
    'https://evil.example',
    'http://app.example',
    'https://app.example.evil.example',
    'https://two.example',
  ]
  for (const origin of foreign) expect(await refusedUpgrade(server, { token: ann.token, origin }), origin).toBe(403)
})

test('[P7.rate.1] the send rate is 20 unless told', async () => {
  const dataDir = await makeDataDir()
  const secret = 'a secret of this test, long enough for anyone'
  const process = new ServerProcess({ HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: dataDir, HOLDFAST_JWT_SECRET: secret })
  const ann = await person('ann', { url: await process.listening(), secret })
  const socket = await Socket.connect(ann.at, { token: ann.token })
  expect((await socket.hello()).limits.sendRate).toBe(20)
  await process.stop()
  await rm(dataDir, { recursive: true, force: true })
})
