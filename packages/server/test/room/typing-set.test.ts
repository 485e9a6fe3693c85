import { TYPING_TTL_MS } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import { MAX_SESSIONS, MAX_TYPISTS, type TypingHint, TypingSet } from '../../src/room/typing-set.ts'

const WALL_MS = 1_750_000_000_000

/** A set that is told what happens, by a clock that stands where the test says. */
class Told {
  readonly set = new TypingSet()
  nowMs = 0

  hear(userId: string, isTyping = true, sessionId = userId): string {
    const hint: TypingHint = { kind: 'typing', roomId: 'r', userId, sessionId, isTyping, at: WALL_MS + this.nowMs }
    return this.set.hear(hint, { monoMs: this.nowMs, wallMs: WALL_MS + this.nowMs }).kind
  }

  get names(): readonly string[] {
    return this.set.now(this.nowMs).map(({ userId }) => userId)
  }
}

describe('who types in a room', () => {
  test('[typing] in the order in which they began; who goes on keeps their place, who begins anew comes last', () => {
    const told = new Told()
    for (const userId of ['ann', 'ben', 'cy']) told.hear(userId)
    told.nowMs = 2_000
    expect(told.hear('ann')).toBe('prolonged')
    expect(told.names).toEqual(['ann', 'ben', 'cy'])
    expect(told.hear('ben', false)).toBe('ended')
    told.nowMs = 3_000
    expect(told.hear('ben')).toBe('began')
    expect(told.names).toEqual(['ann', 'cy', 'ben'])
  })

  test('[typing] the last of a person’s sessions counts, whichever was heard last', () => {
    const told = new Told()
    told.hear('ann', true, 'phone')
    told.nowMs = 1_000
    told.hear('ann', true, 'laptop')
    told.nowMs = 2_000
    told.hear('ann', true, 'phone')
    expect(told.set.now(told.nowMs)).toEqual([{ userId: 'ann', remainingMs: TYPING_TTL_MS }])
    told.nowMs = 2_500
    expect(told.hear('ann', false, 'phone')).toBe('shortened')
    expect(told.set.now(told.nowMs)).toEqual([{ userId: 'ann', remainingMs: TYPING_TTL_MS - 1_500 }])
  })

  test('[bounded] so many people are remembered, others not; whoever is over makes room', () => {
    const told = new Told()
    for (let i = 0; i < MAX_TYPISTS; i++) expect(told.hear(`p${i}`)).toBe('began')
    expect(told.hear('late')).toBe('none')
    expect(told.names).toHaveLength(MAX_TYPISTS)
    told.nowMs = TYPING_TTL_MS
    expect(told.hear('late')).toBe('began')
    expect(told.names).toEqual(['late'])
  })

  test('[bounded] so are the sessions of one person; those that are over make room', () => {
    const told = new Told()
    for (let i = 0; i < MAX_SESSIONS; i++) told.hear('ann', true, `s${i}`)
    told.nowMs = 2_000
    expect(told.hear('ann', true, 'late')).toBe('none')
    told.nowMs = TYPING_TTL_MS
    told.set.endBefore(told.nowMs, told.nowMs)
    expect(told.hear('ann', true, 'late')).toBe('began')
  })

  test('[typing] who has left is barred until nothing of before can arrive, also when they did not type', () => {
    const told = new Told()
    told.set.bar('ann', told.nowMs)
    told.set.endBefore(told.nowMs, told.nowMs)
    told.nowMs = TYPING_TTL_MS - 1
    expect(told.hear('ann')).toBe('none')
    told.nowMs = TYPING_TTL_MS
    expect(told.hear('ann')).toBe('began')
  })
})
