import { expect, it } from 'vitest'
import type { LogCommand } from '../../src/log/command.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { MAX_FORMER } from '../../src/log/memory/memory-room.ts'
import { ann, done, given, Harness, person, TestPlatform } from './kit.ts'

it('[L154] memory keeps the revisions of a bounded number of those who have left, and nobody comes back at an earlier one', async () => {
  const platform = new TestPlatform()
  const h = new Harness({ log: createMemoryLog({ platform }), platform, ephemeral: false })
  await h.create(ann, 'r', { type: 'public' })
  const visit = (i: number, marks: number): LogCommand[] => {
    const actor = person(`u${i}`)
    const unread = Array.from(
      { length: marks },
      (_, n) => ({ kind: 'room.unread', actor, roomId: 'r', seq: 3 - n }) as const,
    )
    return [{ kind: 'member.join', actor, roomId: 'r' }, ...unread, { kind: 'member.leave', actor, roomId: 'r' }]
  }
  const revisionOf = async (userId: string) => {
    await done(h.run({ kind: 'member.join', actor: person(userId), roomId: 'r' }))
    return (await given(h.log.room('r', person(userId)))).readRevision
  }
  await h.log.commit(visit(0, 3))
  await h.log.commit(Array.from({ length: MAX_FORMER - 1 }, (_, i) => visit(i + 1, 1)).flat())
  expect([await revisionOf('newcomer'), await revisionOf('u1')]).toEqual([0, 1])
  await h.log.commit([...visit(MAX_FORMER, 1), ...visit(MAX_FORMER + 1, 1)])
  expect([await revisionOf('u0'), await revisionOf('another')]).toEqual([3, 3])
})
