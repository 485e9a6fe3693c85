import type { PersonSettings } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import { silentLogger } from '../../src/observe/logger.ts'
import { MAX_SETTINGS, PeopleSettings } from '../../src/people/people-settings.ts'
import { settle } from '../support/fake-platform.ts'

const OPEN: PersonSettings = { readReceipts: true, appearOffline: false }
const SHY: PersonSettings = { readReceipts: false, appearOffline: true }

test('[settings] of somebody unknown nothing is given away; asking makes them known', async () => {
  const settings = new PeopleSettings({ settings: async () => OPEN }, silentLogger)
  expect([settings.showsReads('ann'), settings.mayBeHidden('ann')]).toEqual([null, true])
  await settle()
  expect([settings.showsReads('ann'), settings.mayBeHidden('ann')]).toEqual([true, false])
})

test('[settings] whether somebody appears offline is told as soon as it is known, and true when it cannot be', async () => {
  let isAway = false
  const source = { settings: async () => (isAway ? Promise.reject(new Error('away')) : OPEN) }
  const settings = new PeopleSettings(source, silentLogger)
  expect(await settings.isHidden('ann')).toBe(false)
  expect(settings.isHidden('ann')).toBe(false)
  settings.receive('ann', SHY)
  expect(settings.isHidden('ann')).toBe(true)
  isAway = true
  expect(await settings.isHidden('ben')).toBe(true)
})

test('[settings] what the bus says counts, whatever an older read answers after it', async () => {
  const { promise, resolve } = Promise.withResolvers<PersonSettings>()
  const settings = new PeopleSettings({ settings: () => promise }, silentLogger)
  const loaded = settings.load('ann')
  settings.receive('ann', SHY)
  resolve(OPEN)
  expect(await loaded).toEqual(SHY)
  expect(settings.mayBeHidden('ann')).toBe(true)
})

test('[settings] those who ask at the same time share one read', async () => {
  let reads = 0
  const settings = new PeopleSettings(
    {
      settings: async () => {
        reads += 1
        return OPEN
      },
    },
    silentLogger,
  )
  await Promise.all([settings.load('ann'), settings.load('ann')])
  settings.showsReads('ann')
  await settings.load('ann')
  expect(reads).toBe(1)
})

test('[settings] a store that is away is asked again the next time', async () => {
  let isAway = true
  const source = { settings: async () => (isAway ? Promise.reject(new Error('away')) : OPEN) }
  const settings = new PeopleSettings(source, silentLogger)
  await expect(settings.load('ann')).rejects.toThrow('away')
  expect(settings.mayBeHidden('ann')).toBe(true)
  await settle()
  isAway = false
  expect(await settings.load('ann')).toEqual(OPEN)
})

test('[settings] a bounded number of people is known, those asked for lately', async () => {
  const settings = new PeopleSettings({ settings: async () => OPEN }, silentLogger)
  await settings.load('ann')
  for (let i = 0; i < MAX_SETTINGS; i++) {
    settings.receive(`person-${i}`, OPEN)
    settings.showsReads('ann')
  }
  expect([settings.showsReads('ann'), settings.showsReads('person-0'), settings.showsReads('person-9')]).toEqual([
    true,
    null,
    true,
  ])
})
