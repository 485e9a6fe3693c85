import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bounded } from '../../src/bounded.ts'
import { atEnd, EchoServer, until } from './scene.ts'

/** The command in a process of its own, with what it prints. */
function run(...options: string[]) {
  const main = join(import.meta.dirname, '../../src/chaos/main.ts')
  const child: ChildProcess = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed.text += text
    })
  }
  atEnd(() => child.kill('SIGKILL'))
  const exited = once(child, 'close').then(([code]) => code as number)
  return { child, printed, exit: () => bounded(exited, () => 'the end') }
}

async function urlOf(printed: { readonly text: string }): Promise<string> {
  const find = () => /listening on (http:\S+) before/.exec(printed.text)?.[1]
  await until(
    () => find() !== undefined,
    () => `its address in ${printed.text}`,
  )
  return find() ?? ''
}

test('prints its address and what it does, and ends with 0 when told to', async () => {
  const echo = await EchoServer.start()
  const { child, printed, exit } = run('--target', echo.url, '--seed', '7', '--cut', '1', '--delay', '1-2')
  const url = await urlOf(printed)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  await until(() => /connection 0 up request 0: cut after=\d+ ending=(reset|finish)/.test(printed.text), 'the cut')
  child.kill('SIGTERM')
  expect(await exit()).toBe(0)
})

test('without options nothing is done', async () => {
  const echo = await EchoServer.start()
  const { child, printed, exit } = run('--target', echo.url)
  const url = await urlOf(printed)
  expect(await (await fetch(`${url}/x`)).text()).toBe('answer to /x')
  child.kill('SIGINT')
  expect(await exit()).toBe(0)
  expect(printed.text).toBe(`listening on ${url} before ${echo.url}\n`)
})

test.each([
  [['--cut', '1.5'], 'unable to use --cut 1.5; it is a chance from 0 to 1'],
  [['--drip', 'often'], 'unable to use --drip often; it is a chance from 0 to 1'],
  [['--delay', '80-20'], 'unable to use --delay 80-20; it ends before it begins'],
  [['--delay', '-5'], 'unable to read the options; '],
  [['--seed', 'x'], 'unable to use --seed x; it is a whole number'],
  [
    ['--target', 'https://127.0.0.1'],
    'unable to stand before https://127.0.0.1; it takes a URL that begins with http://',
  ],
  [['--target', '127.0.0.1:8080'], 'unable to stand before 127.0.0.1:8080; it takes a URL that begins with http://'],
  [['--nonsense'], 'unable to read the options; '],
])('%j: one line that says why, and 1', async (options, why) => {
  const { printed, exit } = run(...options)
  expect(await exit()).toBe(1)
  expect(printed.text).toContain(why)
  expect(printed.text.trim().split('\n').length).toBe(1)
})
