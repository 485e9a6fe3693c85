import { expect, it } from 'vitest'
import { titleWords } from '../../../src/features/rooms/title-words.ts'

it.each([
  [null, 0, 0, 'Holdfast'],
  ['General', 0, 0, 'General · Holdfast'],
  [null, 3, 0, '(3) Holdfast'],
  ['General', 3, 0, '(3) General · Holdfast'],
  ['General', 3, 2, '(@2) General · Holdfast'],
  [null, 0, 1, '(@1) Holdfast'],
  [null, 250, 0, '(99+) Holdfast'],
])('on %s with %d rooms unread and %d mentions the title is “%s”', (page, unreadRooms, mentions, title) => {
  expect(titleWords(page, { unreadRooms, mentions })).toBe(title)
})
