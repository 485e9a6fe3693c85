import { expect, test } from 'vitest'
import { Trace } from '../src/trace.ts'

/** A trace of these, one a millisecond. */
function traced(what: readonly string[], keep?: number): Trace {
  let nowMs = 0
  const trace = new Trace(() => nowMs++, keep)
  for (const each of what) trace.note('ann', each)
  return trace
}

test('traces are the same only when all is, in its order, what is not shown included', () => {
  expect(traced(['a', 'b']).hash).toBe(traced(['a', 'b']).hash)
  expect(traced(['a', 'b']).hash).not.toBe(traced(['b', 'a']).hash)
  expect(traced(['a', '{"type":"ping"}']).hash).not.toBe(traced(['a']).hash)
  expect(traced(['a', '{"type":"ping"}']).lines).toHaveLength(1)
})

test('the latest are kept, and little of what comes behind a breach', () => {
  const many = Array.from({ length: 100 }, (_, i) => `event ${i}`)
  const trace = traced(many, 10)
  expect(trace.lines.map(line => line.trim().split('ann')[1]?.trim())).toEqual(many.slice(-10))
  trace.pin()
  for (const each of many) trace.note('bob', `later ${each}`)
  expect(trace.lines.filter(line => line.includes('later')).length).toBeLessThan(10)
  expect(trace.lines.some(line => line.includes('event 99'))).toBe(true)
})

test('a line tells when, who and what, and is never endless', () => {
  const [line = ''] = traced(['x'.repeat(10_000)]).lines
  expect(line).toMatch(/^ +0\.000 {2}ann +x+… \(10000 characters\)$/)
  expect(line.length).toBeLessThan(400)
})
