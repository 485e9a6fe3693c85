import { expect } from 'vitest'
import { expectSuccess } from './http.ts'
import { entryOf } from './inbox.ts'
import type { Person } from './people.ts'
import { roomPath, snapshotOf } from './rooms.ts'

/** Sets a read position over HTTP. */
export async function markRead(reader: Person, roomId: string, seq: number): Promise<void> {
  expectSuccess(await reader.api.put(roomPath(roomId, '/read'), { seq }))
}

/** Unread and read position, which the snapshot and the room list must give alike. */
export async function unreadOf(reader: Person, roomId: string): Promise<{ unread: number; lastReadSeq: number }> {
  const { unread, lastReadSeq } = await snapshotOf(reader, roomId)
  expect(await entryOf(reader, roomId)).toMatchObject({ unread, lastReadSeq })
  return { unread, lastReadSeq }
}
