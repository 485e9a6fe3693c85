import { expect, it } from 'vitest'
import { typingWords } from '../../../src/features/timeline/typing-words.ts'

const sentence = (names: readonly string[], count: number) =>
  typingWords(names, count)
    ?.map(({ text }) => text)
    .join('') ?? null

it.each([
  [[], 0, null],
  [['Ann'], 1, 'Ann is typing'],
  [['Ann', 'Bob'], 2, 'Ann and Bob are typing'],
  [['Ann', 'Bob', 'Cleo'], 3, 'Ann and 2 others are typing'],
  [['Ann', 'Bob', 'Cleo'], 4, 'Ann and 3 others are typing'],
  [['Ann', 'Bob', 'Cleo'], 57, 'Ann and 56 others are typing'],
])('%j, %i in all: %s', (names, count, words) => {
  expect(sentence(names, count)).toBe(words)
})

it.each([
  [[], 1, 'Somebody is typing'],
  [[], 3, '3 people are typing'],
  [['Ann'], 2, 'Ann and 1 other are typing'],
  [['Ann'], 3, 'Ann and 2 others are typing'],
])('counts whoever has no name here: %j, %i in all: %s', (names, count, words) => {
  expect(sentence(names, count)).toBe(words)
})

it('sets the names apart from the words between, so that each reads in its own direction', () => {
  expect(typingWords(['نور', 'Bob'], 2)).toEqual([
    { kind: 'name', text: 'نور' },
    { kind: 'words', text: ' and ' },
    { kind: 'name', text: 'Bob' },
    { kind: 'words', text: ' are typing' },
  ])
})
