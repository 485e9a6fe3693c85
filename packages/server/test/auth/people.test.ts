import { expect, test } from 'vitest'
import { People } from '../../src/auth/people.ts'
import type { LogCommand } from '../../src/log/command.ts'

test('a name is told once, and again when it changes', () => {
  const told: LogCommand[] = []
  const people = new People(command => told.push(command))
  const actor = (userId: string, name: string) => ({ userId, name, isAdmin: false })
  for (const seen of [
    actor('a', 'Ann'),
    actor('a', 'Ann'),
    actor('b', 'Ann'),
    actor('a', 'Anna'),
    actor('a', 'Anna'),
  ]) {
    people.seen(seen)
  }
  expect(told).toEqual([
    { kind: 'user.seen', actor: actor('a', 'Ann') },
    { kind: 'user.seen', actor: actor('b', 'Ann') },
    { kind: 'user.seen', actor: actor('a', 'Anna') },
  ])
})

test('what is remembered is bounded: past it names are told again', () => {
  let told = 0
  const people = new People(() => told++)
  for (let i = 0; i < 10_001; i++) people.seen({ userId: `u${i}`, name: 'A', isAdmin: false })
  people.seen({ userId: 'u0', name: 'A', isAdmin: false })
  expect(told).toBe(10_002)
})
