import { expect, test } from 'vitest'
import { within } from '../../src/platform/within.ts'
import { FakePlatform, settle } from '../support/fake-platform.ts'

test('what never ends is waited for so long and no longer', async () => {
  const platform = new FakePlatform()
  let isOver = false
  void within(platform.scheduler, 1_000, new Promise(() => {})).then(() => {
    isOver = true
  })
  await platform.advance(999)
  expect(isOver).toBe(false)
  await platform.advance(1)
  expect(isOver).toBe(true)
})

test('what ends, or fails, before is waited for no longer than that and leaves no timer', async () => {
  const platform = new FakePlatform()
  await within(platform.scheduler, 1_000, Promise.resolve())
  await expect(within(platform.scheduler, 1_000, Promise.reject(new Error('no')))).rejects.toThrow('no')
  await settle()
  expect(platform.pending).toBe(0)
})
