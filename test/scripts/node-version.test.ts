import { describe, expect, test } from 'vitest'
import { satisfies } from '../../scripts/setup/node-version.mjs'
import { read } from '../architecture/support/tree.ts'

const RANGE: string = JSON.parse(read('package.json')).engines.node

describe('which Node is good enough', () => {
  test.each(['v22.18.0', 'v22.99.1', 'v24.11.0', 'v24.21.0', 'v26.0.0', 'v26.1.3', 'v30.0.0'])('%s is', version => {
    expect(satisfies(version, RANGE)).toBe(true)
  })

  test.each(['v20.20.2', 'v22.17.9', 'v23.11.0', 'v24.10.9', 'v25.9.0', 'v4.0.0'])('%s is not', version => {
    expect(satisfies(version, RANGE)).toBe(false)
  })

  test('what it cannot read is an error, not a guess', () => {
    expect(() => satisfies('v24.11.0', '24.x')).toThrow('unable to read the range "24.x"')
    expect(() => satisfies('latest', '>=24.0.0')).toThrow('unable to read the version "latest"')
  })
})
