import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../architecture/support/tree.ts'
import { output, packAll } from './support/pack.ts'

/** A server, a client in the same process, and one message: everything by the packages' names, from JavaScript. */
const PROGRAM = `
import { createClient } from '@holdfast/client'
import { assertConverged } from '@holdfast/client/testing'
import { PROTOCOL_VERSION } from '@holdfast/protocol'
import { HoldfastProvider } from '@holdfast/react'
import { createHoldfast } from '@holdfast/server'

const holdfast = await createHoldfast({ store: { kind: 'memory' }, auth: { mode: 'guest' } })
const { url } = await holdfast.listen({ host: '127.0.0.1', port: 0 })
const post = (path, body, token) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) },
    body: JSON.stringify(body),
  }).then(response => response.json())
const { token } = await post('/api/auth/guest', { name: 'Ada' })
const { id } = await post('/api/rooms', { name: 'Dispatch', type: 'public' }, token)
const client = createClient({ url, getToken: async () => token })
client.connect()
client.room(id).open()
const { seq } = await client.room(id).send('over the installed packages').acknowledged
await assertConverged([client], id, { fresh: () => createClient({ url, getToken: async () => token }) })
client.disconnect()
await holdfast.close()
console.log(JSON.stringify({ seq, version: PROTOCOL_VERSION, provider: typeof HoldfastProvider }))
`

/** What the application brings: React for the bindings, and the types of what it runs on. */
const SURROUNDINGS = ['react@19', '@types/react@19', '@types/node@24']

/** What a TypeScript application writes: it compiles only if the declarations stand on their own. */
const CONSUMER = `
import { type Client, createClient } from '@holdfast/client'
import { assertConverged, createFakeServer, diesBeforeAck, type FakeServer } from '@holdfast/client/testing'
import { encode, reduce, type RoomEvent, type RoomState } from '@holdfast/protocol'
import { useTimeline } from '@holdfast/react'
import { createHoldfast, type Holdfast } from '@holdfast/server'

export const client: Client = createClient({ url: 'http://127.0.0.1', getToken: async () => 'token' })
export const server: Promise<Holdfast> = createHoldfast({ store: { kind: 'memory' }, auth: { mode: 'guest' } })
export const fake: FakeServer = createFakeServer()
fake.behaviour = diesBeforeAck
export const asserted: Promise<void> = assertConverged([client, createClient(fake.clientOptions('ann'))], 'room')
export const used = [useTimeline, encode, reduce]
export type Used = [RoomEvent, RoomState]
`

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-install-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const tarballs = [...(await packAll(folder)).values()].map(({ tarball }) => tarball)
  const quick = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await output('npm', ['install', ...quick, ...tarballs, ...SURROUNDINGS], folder)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the packages, installed in an application of their own', () => {
  test('a plain Node program serves, signs in, and sends a message', async () => {
    await writeFile(join(folder, 'program.js'), PROGRAM)
    const printed = await output(process.execPath, ['program.js'], folder)
    expect(JSON.parse(printed.trim().split('\n').at(-1) ?? '')).toEqual({ seq: 3, version: 1, provider: 'function' })
  })

  test('a TypeScript program compiles against the declarations alone', async () => {
    await writeFile(join(folder, 'consumer.ts'), CONSUMER)
    const compilerOptions = {
      module: 'NodeNext',
      target: 'ES2024',
      lib: ['ES2024', 'DOM'],
      strict: true,
      noEmit: true,
      types: ['node'],
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    expect(await output(process.execPath, [tsc, '-p', folder], folder)).toBe('')
  })

  test('the installed command serves the web app, and stops with 0 when asked', async () => {
    const child = spawn(process.execPath, [join(folder, 'node_modules/holdfast/dist/main.js'), 'serve'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: join(folder, 'data'), HOLDFAST_LOG_LEVEL: 'error' },
    })
    const exited = once(child, 'exit')
    try {
      const [line] = await once(child.stdout, 'data')
      const url = /listening on (http:\S+)/.exec(String(line))?.[1]
      const page = await fetch(`${url}/`)
      expect(page.headers.get('content-type')).toContain('text/html')
      expect(await page.text()).toContain('<script type="module"')
    } finally {
      child.kill('SIGTERM')
    }
    expect((await exited)[0]).toBe(0)
  })
})
