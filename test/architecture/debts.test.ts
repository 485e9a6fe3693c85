import { describe, expect, test } from 'vitest'
import { debtBreaches } from './rules/debts.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

/** This rule's own fixtures, and the rule. */
const ABOUT_DEBTS = ['test/architecture/debts.test.ts', 'test/architecture/rules/debts.ts']

describe('debts', () => {
  test('nothing is put off, silenced without a reason, or skipped', () => {
    const all = sources(
      '{packages,apps}/**/*.{ts,tsx}',
      '{conformance,bench,examples,scripts,test}/**/*.{ts,tsx,mjs}',
      '*.ts',
    )
    expect(report(debtBreaches(all.filter(({ path }) => !ABOUT_DEBTS.includes(path))))).toEqual([])
  })

  test.each([
    '// TODO: later',
    '/* FIXME */',
    '// @ts-ignore',
    '// @ts-expect-error it is fine',
    '// biome-ignore lint/style/noNonNullAssertion:',
    '// biome-ignore lint/style/noNonNullAssertion: <explanation>',
    "test.skip('x', () => {})",
    "describe.only('x', () => {})",
    "it.concurrent.skip('x', () => {})",
    "test.todo('x')",
  ])('a breach is caught: %s', text => {
    expect(report(debtBreaches([parseSource('a.test.ts', `\n${text}\n`)]))).toEqual([
      expect.stringContaining('a.test.ts:2 '),
    ])
  })

  test.each([
    '// biome-ignore lint/a11y/noAutofocus: the dialog was opened to write in it',
    "test.each([1])('x %d', () => {})",
    'list.skip(1)',
    "const todo = 'TODO'",
  ])('no breach: %s', text => {
    expect(report(debtBreaches([parseSource('a.test.ts', text)]))).toEqual([])
  })
})
