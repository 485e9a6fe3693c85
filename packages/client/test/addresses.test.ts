import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { addressesOf } from '../src/addresses.ts'
import { createClient } from '../src/index.ts'
import { CLIENT_VERSION } from '../src/version.ts'

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', 'ws://127.0.0.1:8080/api/socket'],
  ['https://example.com/', 'https://example.com', 'wss://example.com/api/socket'],
  ['https://example.com/chat/?x=1#y', 'https://example.com/chat', 'wss://example.com/chat/api/socket'],
])('%s is reached at %s and %s', (url, http, socket) => {
  expect(addressesOf(url)).toEqual({ http, socket })
})

test.each(['', 'example.com', 'ftp://example.com', '/api'])('%j is refused in one line', url => {
  expect(() => createClient({ url, getToken: () => '' })).toThrow(/^unable to start; .* is no http\(s\) address$/)
})

test('the version told to servers is that of the package', async () => {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ version: CLIENT_VERSION })
})
