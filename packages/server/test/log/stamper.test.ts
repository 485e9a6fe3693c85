import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Stamper, seqOfMessageId } from '../../src/log/stamper.ts'
import { TestPlatform } from './kit.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('stamps:', () => {
  it('[S1] a message id is a UUIDv7 that tells its time and its seq', () => {
    const stamper = new Stamper(new TestPlatform())
    const time = fc.integer({ min: 0, max: 2 ** 47 })
    const seq = fc.integer({ min: 1, max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(time, seq, (at, of) => {
        const id = stamper.messageId(at, of)
        expect(id).toMatch(UUID_V7)
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at)
        expect(seqOfMessageId(id)).toBe(of)
      }),
    )
  })

  it('[S2] ids sort as (at, seq) do', () => {
    const stamper = new Stamper(new TestPlatform())
    const place = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 2 ** 31 }))
    fc.assert(
      fc.property(place, place, ([at1, seq1], [at2, seq2]) => {
        fc.pre(at1 <= at2 && seq1 < seq2)
        expect(stamper.messageId(at1, seq1) < stamper.messageId(at2, seq2)).toBe(true)
      }),
    )
  })

  it('[S3] at is the wall time, but never before the last one', () => {
    const platform = new TestPlatform()
    const stamper = new Stamper(platform)
    expect(stamper.at(0)).toBe(platform.now)
    expect(stamper.at(platform.now + 5)).toBe(platform.now + 5)
  })

  it('[S4] what is no message id has no seq', () => {
    for (const id of [
      '',
      'x',
      '018bcfe5-a205-4000-8000-16e27383aeef',
      '018BCFE5-A205-7000-8000-16E27383AEEF',
      "' OR 1=1",
    ]) {
      expect(seqOfMessageId(id)).toBeNull()
    }
  })

  it('[S5] ids and epochs of the same moment differ', () => {
    const stamper = new Stamper(new TestPlatform())
    const drawn = Array.from({ length: 2_000 }, () => [stamper.messageId(1, 1), stamper.epoch()]).flat()
    expect(new Set(drawn).size).toBe(4_000)
  })
})
