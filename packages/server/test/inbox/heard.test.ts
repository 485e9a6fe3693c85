import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heard } from '../../src/inbox/heard.ts'

const rooms = fc.array(fc.nat({ max: 9 }).map(String), { maxLength: 40 })

test('[inbox] whatever was heard of a room since the mark is known, however many others there were', () => {
  fc.assert(
    fc.property(rooms, rooms, (before, after) => {
      const heard = new Heard(3)
      heard.begin()
      for (const roomId of before) heard.hear(roomId)
      const mark = heard.begin()
      for (const roomId of after) heard.hear(roomId)
      for (const roomId of after) expect(heard.has(roomId, mark)).toBe(true)
      // And no other is named, as long as those that were heard of since are few enough to be remembered.
      const isRemembered = new Set(after).size <= 3
      for (const roomId of before) {
        if (isRemembered && !after.includes(roomId)) expect(heard.has(roomId, mark)).toBe(false)
      }
    }),
  )
})

test('[inbox] while somebody is always coming back, what was heard meanwhile is bounded all the same', () => {
  const heard = new Heard(100)
  heard.begin()
  for (let i = 0; i < 1_000; i++) {
    heard.begin()
    heard.hear(`r${i}`)
    heard.end()
  }
  expect(heard.size).toBe(100)
  heard.end()
  expect(heard.size).toBe(0)
})
