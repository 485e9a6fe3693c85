import { describe, expect, test } from 'vitest'
import { jsonParseBreaches } from './rules/json-parse.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

const DOOR = 'packages/protocol/src/wire/codec.ts'

describe('JSON', () => {
  test('the codec holds the only JSON.parse of the protocol', () => {
    expect(report(jsonParseBreaches(sources('packages/protocol/src/**/*.ts'), DOOR))).toEqual([])
  })

  test('the codec parses: the rule has something to keep', () => {
    expect(jsonParseBreaches(sources(DOOR), 'nothing')).toHaveLength(1)
  })

  test.each(['JSON.parse(text)', 'lines.map(JSON.parse)', 'const { x = JSON.parse } = o'])(
    'a breach is caught: %s',
    text => {
      const files = [parseSource('packages/protocol/src/room/x.ts', `\n${text}`), parseSource(DOOR, text)]
      expect(report(jsonParseBreaches(files, DOOR))).toEqual([
        expect.stringContaining('packages/protocol/src/room/x.ts:2 '),
      ])
    },
  )
})
