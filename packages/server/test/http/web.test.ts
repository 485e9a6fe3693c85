import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-web-'))
  const root = join(folder, 'dist')
  await mkdir(join(root, 'assets'), { recursive: true })
  await writeFile(join(root, 'index.html'), '<!doctype html><title>App</title>')
  await writeFile(join(root, 'assets', 'app-1a2b.js'), 'app()')
  await writeFile(join(root, 'icon.svg'), '<svg/>')
  await writeFile(join(root, '.env'), 'secret')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await symlink(join(folder, 'secret.txt'), join(root, 'link.txt'))
  app = await startApp({ web: { root } })
})
afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

const get = (path: string) => app.call(null, 'GET', path)

test.each(['/', '/rooms/lobby', '/rooms/a%20b', '/index', '/apidocs'])(
  '%s is the app’s page, asked for anew each time',
  async path => {
    const { status, text, headers } = await get(path)
    expect([status, text]).toEqual([200, '<!doctype html><title>App</title>'])
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-cache')
  },
)

test('what the build names by its content is kept for good, other files are not', async () => {
  const script = await get('/assets/app-1a2b.js')
  expect([script.status, script.text]).toEqual([200, 'app()'])
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  const icon = await get('/icon.svg')
  expect(icon.headers.get('content-type')).toBe('image/svg+xml')
  expect(icon.headers.get('cache-control')).toBe('no-cache')
})

test('pages load from here alone, connect to here alone and are framed by nobody', async () => {
  const { headers } = await get('/')
  const policy = headers.get('content-security-policy')
  const host = new URL(app.url).host
  for (const rule of [
    "default-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]) {
    expect(policy?.split('; ')).toContain(rule)
  }
  expect(policy).not.toContain('unsafe')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
})

test.each(["x; script-src 'unsafe-inline'", 'x, y', ''])('the Host header %j writes no policy', async host => {
  // By way of `fetch`, since Node's own parser is not the only one that requests come through.
  const { headers } = await createApp(app.deps).fetch(new Request('http://x/', { headers: { host } }))
  expect(headers.get('content-security-policy')).toContain("connect-src 'self'; ")
})

test.each(['/missing.js', '/assets/missing-1a2b.js', '/assets'.concat('/../missing.css')])(
  '%s is a 404 problem, not the page',
  async path => {
    expectProblem(await get(path), 404, 'not_found')
  },
)

test('an address below /api is never the page', async () => {
  expectProblem(await app.call('ann', 'GET', '/api/none'), 404, 'not_found')
  expectProblem(await get('/api/none'), 401, 'unauthorized')
})

/** Asks for a path as it is: `fetch` would tidy it up. */
function getRaw(path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
}

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/..%00/secret.txt',
  '//secret.txt',
  '/%2fsecret.txt',
  '/.env',
  '/%2eenv',
  '/link.txt',
  '/%E0%A4%A',
  '/assets/%00app-1a2b.js',
])('%s leads nowhere outside the web app', async path => {
  const { text } = await getRaw(path)
  expect(text).not.toContain('secret"')
  expect(text).not.toBe('secret')
})

test('where the app is not built, one line says how to', async () => {
  const bare = await startApp({ web: { root: join(folder, 'nothing') } })
  const { status, text } = await bare.call(null, 'GET', '/')
  expect(status).toBe(404)
  expect(text).toContain('npm start')
  expect(text.split('\n')).toHaveLength(1)
  await bare.close()
})

test('HEAD answers as GET does, without the body', async () => {
  expect(await app.call(null, 'HEAD', '/')).toMatchObject({ status: 200, text: '' })
})

test('requests are counted by the route that answered, the web app’s own beside them', async () => {
  await app.call('ann', 'GET', '/api/rooms/none')
  await app.call(null, 'GET', '/api/rooms')
  await get('/rooms/marker')
  await get('/marker.js')
  const { text } = await get('/metrics')
  const counted = text.split('\n').filter(line => line.startsWith('holdfast_http_requests_total{'))
  expect(counted).toEqual([
    'holdfast_http_requests_total{route="/api/rooms/:id",method="GET",status="404"} 1',
    'holdfast_http_requests_total{route="/api/*",method="GET",status="401"} 1',
    'holdfast_http_requests_total{route="/*",method="GET",status="200"} 1',
    'holdfast_http_requests_total{route="/*",method="GET",status="404"} 1',
  ])
})
