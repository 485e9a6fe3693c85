import { describe, expect, test } from 'vitest'
import { matches } from '../../scripts/setup/dependencies.mjs'

const ws = { version: '8.23.0', integrity: 'sha512-a' }

describe('whether the lockfile is installed', () => {
  test('it is, when every package is there in its version; the root and the workspaces are no packages', () => {
    const wanted = { '': {}, 'packages/server': { version: '0.1.0' }, 'node_modules/ws': ws }
    expect(matches(wanted, { 'node_modules/ws': ws })).toBe(true)
  })

  test('it is, without optional packages: they are for other platforms', () => {
    expect(matches({ 'node_modules/x-darwin': { ...ws, optional: true } }, {})).toBe(true)
  })

  test.each([
    ['is missing', {}],
    ['has another version', { 'node_modules/ws': { ...ws, version: '8.22.0' } }],
    ['has another content', { 'node_modules/ws': { ...ws, integrity: 'sha512-b' } }],
    ['lies elsewhere', { 'packages/server/node_modules/ws': ws }],
  ])('it is not, when a package %s', (_, installed) => {
    expect(matches({ 'node_modules/ws': ws }, installed)).toBe(false)
  })
})
