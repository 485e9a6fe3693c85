import { expect, test } from 'vitest'
import { createAddressLimit, networkOf, noAddressLimit } from '../../src/auth/address-limit.ts'

test('bad credentials of one address are held up after 60 in a minute, those of another are not', async () => {
  const limit = createAddressLimit()
  for (let i = 0; i < 60; i++) expect(await limit.failure('192.0.2.1')).toBeNull()
  const wait = await limit.failure('192.0.2.1')
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(60_000)
  expect(await limit.failure('192.0.2.2')).toBeNull()
})

test('guests of one address are held up after 120 in a minute, and not by bad credentials', async () => {
  const limit = createAddressLimit()
  for (let i = 0; i < 120; i++) expect(await limit.guest('192.0.2.1')).toBeNull()
  expect(await limit.guest('192.0.2.1')).toBeGreaterThan(0)
  expect(await limit.failure('192.0.2.1')).toBeNull()
})

test('an address that nobody knows is not limited, nor is any where limits are off', async () => {
  const limit = createAddressLimit()
  for (let i = 0; i < 200; i++) {
    expect(await limit.guest(null)).toBeNull()
    expect(await noAddressLimit.guest('192.0.2.1')).toBeNull()
    expect(await noAddressLimit.failure('192.0.2.1')).toBeNull()
  }
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
