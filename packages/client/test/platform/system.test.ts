import { expect, test } from 'vitest'
import { systemPlatform } from '../../src/platform/system.ts'

test('a token that no socket can carry is a connection that failed, told without the token', async () => {
  const closed = Promise.withResolvers<readonly [number, string]>()
  systemPlatform.openSocket('ws://127.0.0.1:9', ['bearer.bad token'], {
    onOpen: () => {},
    onMessage: () => {},
    onClose: (code, reason) => closed.resolve([code, reason]),
  })
  expect(await closed.promise).toEqual([1006, expect.not.stringContaining('bad token')])
})
