import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { LogLevel } from '../../src/observe/logger.ts'

const LOGGER = fileURLToPath(new URL('../../src/observe/logger.ts', import.meta.url))

/** Runs `script` with a logger of `level` in a process of its own, since it writes to the process's standard error. */
function linesOf(level: LogLevel, script: string): { stdout: string; lines: string[] } {
  const program = `const { createLogger } = await import(${JSON.stringify(LOGGER)})\nconst logger = createLogger(${JSON.stringify(level)})\n${script}`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  return { stdout, lines: stderr.split('\n').filter(line => line !== '') }
}

test('a line is one line of JSON on standard error, whatever its values hold', () => {
  const { stdout, lines } = linesOf('info', String.raw`logger.info({ roomId: 'a\r\nb\u2028\u001b[31m' }, 'two\nlines')`)
  expect(stdout).toBe('')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ roomId: 'a\r\nb\u2028\u001b[31m', msg: 'two\nlines' })
  expect(lines[0]).not.toContain('\u001b')
})

test('an error is told with its stack', () => {
  const { lines } = linesOf('info', `logger.error({ err: new Error('boom') }, 'unable to x')`)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { message: 'boom', stack: expect.stringContaining('Error: boom') },
  })
})

test('each level tells what is at least as grave', () => {
  const all = `for (const level of ['debug', 'info', 'warn', 'error']) logger[level]({}, level)`
  const messages = (level: LogLevel) => linesOf(level, all).lines.map(line => (JSON.parse(line) as { msg: string }).msg)
  expect(messages('debug')).toEqual(['debug', 'info', 'warn', 'error'])
  expect(messages('warn')).toEqual(['warn', 'error'])
  expect(messages('silent')).toEqual([])
})
