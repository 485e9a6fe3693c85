import { describe, expect, test } from 'vitest'
import { barrelBreaches } from './rules/barrels.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

describe('barrels', () => {
  test("only a package's public entry re-exports", () => {
    const all = sources('{packages,apps}/*/src/**/*.{ts,tsx}', 'conformance/**/*.ts', 'test/**/*.ts')
    expect(report(barrelBreaches(all))).toEqual([])
  })

  test.each(["export * from './a.ts'", "export { a } from './a.ts'", "export type { A } from './a.ts'"])(
    'a breach is caught: %s',
    text => {
      expect(barrelBreaches([parseSource('packages/x/src/room/index.ts', text)])).toHaveLength(1)
      expect(barrelBreaches([parseSource('packages/x/src/index.ts', text)])).toEqual([])
    },
  )

  test('exporting what is defined here is no re-export', () => {
    expect(
      barrelBreaches([parseSource('packages/x/src/a.ts', 'const a = 1\nexport { a }\nexport const b = 2')]),
    ).toEqual([])
  })
})
