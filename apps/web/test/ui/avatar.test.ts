import { describe, expect, it } from 'vitest'
import { initialsOf, tintOf } from '../../src/ui/avatar.tsx'

describe('initialsOf', () => {
  it.each([
    ['Ana Souza', 'AS'],
    ['ana', 'A'],
    ['  Jean  Luc  Picard ', 'JP'],
    ['😀 smile', '😀S'],
    ['', '?'],
  ])('of “%s” is %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })
})

describe('tintOf', () => {
  it('is the same for the same id, and one of eight', () => {
    const tints = Array.from({ length: 200 }, (_, index) => tintOf(`user_${index}`))
    expect(tints).toEqual(Array.from({ length: 200 }, (_, index) => tintOf(`user_${index}`)))
    expect(new Set(tints)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]))
  })
})
