import { createHash } from 'node:crypto'
import { DEFAULT_SESSION_LIMITS, PROTOCOL_VERSION } from '@holdfast/protocol'
import { expect, it } from 'vitest'
import { wireJsonSchemas } from '../tools/json-schemas.ts'

/**
 * The wire of each version. When this test fails the wire has changed: is it compatible, and does the history say so?
 *
 * - 1, 71a587d88b0bb5e9: `reads` may carry `readRevision`. A client that does not know it loses nothing that it had.
 */
const WIRE = { 1: '71a587d88b0bb5e9' } as const

it('[VERSION-1] the schemas of all frames are those of the version that is announced', () => {
  const wire = JSON.stringify([wireJsonSchemas(), DEFAULT_SESSION_LIMITS])
  expect({ [PROTOCOL_VERSION]: createHash('sha256').update(wire).digest('hex').slice(0, 16) }).toEqual(WIRE)
})

it('[VERSION-2] JSON Schemas name every frame of both directions', () => {
  const { up, down } = wireJsonSchemas()
  const types = (schema: object) =>
    [...JSON.stringify(schema).matchAll(/"type":\{"const":"([a-z.]+)"\}/g)].map(m => m[1])
  expect(types(up)).toHaveLength(18)
  expect(types(down)).toHaveLength(14)
})
