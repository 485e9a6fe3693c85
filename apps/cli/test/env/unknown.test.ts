import { expect, test } from 'vitest'
import { unknownVariables } from '../../src/env/unknown.ts'

test('a misspelled variable is warned of with the name that was meant', () => {
  expect(unknownVariables({ HOLDFAST_PROT: '1', HOLDFAST_PORT: '1', PORT: '1' })).toEqual([
    'HOLDFAST_PROT is not a setting of Holdfast; did you mean HOLDFAST_PORT?',
  ])
})

test('a name that is like none gets no guess', () => {
  expect(unknownVariables({ HOLDFAST_FAVOURITE_COLOUR: 'green' })).toEqual([
    'HOLDFAST_FAVOURITE_COLOUR is not a setting of Holdfast',
  ])
})
