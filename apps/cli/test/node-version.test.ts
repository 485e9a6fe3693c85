import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isSupportedNode } from '../src/node-version.ts'

test.each([
  ['20.20.2', false],
  ['22.17.9', false],
  ['22.18.0', true],
  ['23.11.0', false],
  ['24.10.0', false],
  ['24.11.0', true],
  ['25.1.0', false],
  ['26.0.0', true],
])('Node %s is supported: %s', (version, expected) => {
  expect(isSupportedNode(version)).toBe(expected)
})

test('these are the engines that package.json states', () => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  expect(manifest).toContain('"^22.18.0 || ^24.11.0 || >=26.0.0"')
})
