import { expect, it } from 'vitest'
import { slowModes } from '../../../src/features/room/slow-mode.ts'

it('offers off, ten seconds, a minute and five', () => {
  expect(slowModes(0).map(choice => choice.words)).toEqual(['Off', '10 seconds', '1 minute', '5 minutes'])
})

it('a wait that an application has chosen stands among them, in its place', () => {
  expect(slowModes(30_000).map(choice => choice.ms)).toEqual([0, 10_000, 30_000, 60_000, 300_000])
  expect(slowModes(30_000)[2]?.words).toBe('30 seconds')
})
