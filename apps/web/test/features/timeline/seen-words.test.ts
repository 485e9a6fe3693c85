import { SEEN_CAP } from '@holdfast/protocol'
import { expect, it } from 'vitest'
import { seenWords } from '../../../src/features/timeline/seen-words.ts'

it.each([
  [['Ann'], 1, 'Seen by Ann'],
  [['Ann', 'Bob'], 2, 'Seen by Ann and Bob'],
  [['Ann', 'Bob', 'Cleo'], 3, 'Seen by Ann, Bob, and Cleo'],
  [['Ann'], 2, 'Seen by Ann and 1 other'],
  [['Ann', 'Bob'], 57, 'Seen by Ann, Bob, and 55 others'],
  [[], 1, 'Seen by 1 person'],
  [[], 57, 'Seen by 57 people'],
  [[], SEEN_CAP, 'Seen by 1,000+ people'],
])('%j, %i in all: %s', (names, count, words) => {
  expect(seenWords(names, count)).toBe(words)
})

it('says that it was seen while nobody is known yet, and never less than the names at hand', () => {
  expect(seenWords([], 0)).toBe('Seen')
  expect(seenWords(['Ann', 'Bob'], 1)).toBe('Seen by Ann and Bob')
})

it('names twelve at most', () => {
  const names = Array.from({ length: 40 }, (_, number) => `P${number}`)
  expect(seenWords(names, 40)).toMatch(/^Seen by P0, .*P11, and 28 others$/)
})
