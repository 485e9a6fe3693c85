import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { type Client, createClient, describeConnection, type RoomHandle } from '../src/index.ts'
import { serve, tokenFor, until } from './support/real.ts'

let cleanUp: () => Promise<void> = async () => {}
afterEach(() => cleanUp())

test('the example of the README does what it says, on a real server', async () => {
  const { url, server } = await serve()
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```js\n(.*?)```/s.exec(readme)?.[1]?.replace(/^import .*$/m, '') ?? ''
  const lines: string[] = []
  const clients: Client[] = []
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (...given: unknown[]) => Promise<unknown>
  const example = new AsyncFunction(
    'createClient',
    'describeConnection',
    'token',
    'console',
    `${code.replace('http://127.0.0.1:8080', url)}\nreturn room`,
  )
  const recorded: typeof createClient = options => {
    const client = createClient(options)
    clients.push(client)
    return client
  }
  cleanUp = async () => {
    for (const client of clients) client.disconnect()
    await server.close()
  }
  const room = (await example(recorded, describeConnection, await tokenFor('ann'), {
    log: (line: string) => lines.push(line),
  })) as RoomHandle
  await until(room, view => view.status === 'live' && view.timeline.some(row => row.kind === 'message'))
  expect(lines).toContain('Connected.')
  expect(lines).toContain('ann: Hello')
})
