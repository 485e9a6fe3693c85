import { expect, it } from 'vitest'
import { shortName } from '../../src/ui/short-name.ts'

it.each([
  ['Ana', 5, 'Ana'],
  ['Annie', 5, 'Annie'],
  ['Annika', 5, 'Annik…'],
  ['Anna Maria', 5, 'Anna…'],
  ['', 5, ''],
])('%j has room in %i letters as %j', (name, most, short) => {
  expect(shortName(name, most)).toBe(short)
})

it('cuts no letter in two: a family is one, and so is an é of two characters', () => {
  expect(shortName('👨‍👩‍👧‍👦'.repeat(4), 3)).toBe(`${'👨‍👩‍👧‍👦'.repeat(3)}…`)
  expect(shortName('e\u0301'.repeat(4), 3)).toBe(`${'e\u0301'.repeat(3)}…`)
})
