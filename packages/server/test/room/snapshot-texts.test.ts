import { decodeDown } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import type { OwnSnapshot, SharedSnapshot } from '../../src/log/visit.ts'
import { MAX_SNAPSHOTS_SIZE, SnapshotText, SnapshotTexts } from '../../src/room/snapshot-texts.ts'

const OWN: OwnSnapshot = { reads: { ann: 3 }, lastReadSeq: 3, readRevision: 0, unread: 2 }

function shared(topic = 'a "quoted" topic, 海'): SharedSnapshot {
  const room = { id: 'r', name: 'R', type: 'private', topic, ephemeral: false, slowModeMs: 0, metadata: {} } as const
  return {
    roomId: 'r',
    epoch: 'e',
    seq: 5,
    room: { ...room, createdBy: 'ann', createdAt: 1 },
    members: [],
    memberCount: 0,
    messages: [],
    hasMore: false,
    nextCursor: null,
  }
}

test('a snapshot of two parts is the frame of both', () => {
  const text = new SnapshotText(shared())
  expect(decodeDown(text.for(OWN).text)).toEqual([{ type: 'room.snapshot', ...shared(), ...OWN }])
  expect(decodeDown(text.for({ ...OWN, unread: 0 }).text)).toMatchObject([{ unread: 0 }])
})

test('so many snapshots are kept as their bound allows: the one asked for longest ago goes first', () => {
  const texts = new SnapshotTexts()
  const large = () => new SnapshotText(shared('x'.repeat(MAX_SNAPSHOTS_SIZE / 4)))
  for (const name of ['a', 'b', 'c']) texts.keep(name, large())
  texts.of('a')
  texts.keep('d', large())
  expect(['a', 'b', 'c', 'd'].map(name => texts.of(name) !== null)).toEqual([true, false, true, true])
  for (let i = 0; i < 10; i++) texts.keep('a', large())
  expect(
    ['a', 'c', 'd'].map(name => texts.of(name) !== null),
    'one takes the place of its own',
  ).toEqual([true, true, true])
})
