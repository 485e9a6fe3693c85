import { type DownFrame, decodeDown } from '@holdfast/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { READERS_A_READ } from '../../src/room/admission.ts'
import { SharedText } from '../../src/transport/shared-text.ts'
import { CostedServer, type CountedTransport } from './costed-server.ts'

const WRITERS = Array.from({ length: 16 }, (_, i) => `w${i}`)
const READERS = Array.from({ length: 100 }, (_, i) => `r${i}`)
/** Statements of a transaction with one known room beside those of its messages: begin, the count of changes, the room's end, commit, and how long the log is. */
const STATEMENTS_A_COMMIT = 5
/** Commits that pages are counted over, since those that begin a new page write more than others. */
const COMMITS = 40
/** Of the message, of each of its three indexes, of its room, and the count of changes; and now and then what a full one takes to be split. */
const PAGES_A_MESSAGE = 6.5
/** Of sixty-four messages in one room whose ids grow. */
const PAGES_A_BATCH = 17

/** Reads of the log in which a hundred readers who come at once are asked about. */
const READS_OF_ALL = Math.ceil(READERS.length / READERS_A_READ)
/** What is read of a room or a person once, whoever comes: how large it is, how far people have read, what they have settled. */
const BESIDE = new Set(['people', 'shownReads', 'settings'])

let server: CostedServer
afterEach(() => server.close())

let sent = 0
function send(writer: CountedTransport, times = 1): void {
  for (let n = 0; n < times; n++) {
    writer.arrive({ type: 'message.send', roomId: 'r', clientId: `c${++sent}`, content: 'text' })
  }
}

type EventsFrame = Extract<DownFrame, { type: 'message.event' }> & { readonly shared: SharedText }

function eventFrames(transport: CountedTransport): readonly EventsFrame[] {
  return transport.written.flatMap(shared => {
    if (!(shared instanceof SharedText)) return []
    return (decodeDown(shared.text) ?? []).flatMap(frame =>
      frame.type === 'message.event' ? [{ ...frame, shared }] : [],
    )
  })
}

describe('what things cost, counted', () => {
  test('a commit takes all that has come in one turn; a message takes two statements once its sender is known', async () => {
    server = await CostedServer.start(WRITERS)
    const writers = await Promise.all(WRITERS.map(userId => server.connect(userId)))
    for (const writer of writers) send(writer)
    await server.platform.advance(100)
    for (let round = 0; round < 5; round++) {
      server.statements.length = 0
      for (const writer of writers) send(writer, 4)
      await server.platform.advance(100)
      expect(server.statements.filter(sql => sql === 'COMMIT')).toHaveLength(1)
      expect(server.statements).toHaveLength(2 * 4 * WRITERS.length + STATEMENTS_A_COMMIT)
    }
  })

  test('a commit writes few pages: a message in a room of a hundred takes six, and sixty-four together take a quarter of one each', async () => {
    server = await CostedServer.start([...WRITERS, ...READERS])
    const writers = await Promise.all(WRITERS.map(userId => server.connect(userId)))
    /** Of a commit that holds so many of each writer, in the middle of many. */
    const pagesOf = async (by: readonly CountedTransport[], each: number) => {
      const before = server.pages
      for (let n = 0; n < COMMITS; n++) {
        for (const writer of by) send(writer, each)
        await server.platform.advance(100)
      }
      return (server.pages - before) / COMMITS
    }
    expect(await pagesOf(writers.slice(0, 1), 1)).toBeLessThanOrEqual(PAGES_A_MESSAGE)
    expect(await pagesOf(writers, 4)).toBeLessThanOrEqual(PAGES_A_BATCH)
  })

  test('a quiet room: each message is one write to each reader, at once, and the bytes are made once for all', async () => {
    server = await CostedServer.start([...WRITERS, ...READERS])
    const [writer, readers] = await crowd()
    for (let n = 1; n <= 3; n++) {
      send(writer)
      await server.platform.advance(0)
      expect(readers.map(reader => eventFrames(reader).length)).toEqual(readers.map(() => n))
      await server.platform.advance(1_000)
    }
    expect(sharedFrames(readers).size).toBe(3)
  })

  test('a busy room: a reader gets at most one frame in a flush, however much is written', async () => {
    server = await CostedServer.start([...WRITERS, ...READERS])
    const [writer, readers] = await crowd()
    const ms = 200
    for (let at = 0; at < ms; at++) {
      send(writer, 5)
      await server.platform.advance(1)
    }
    await server.platform.advance(100)
    const events = eventFrames(readers[0] as CountedTransport).reduce((sum, frame) => sum + frame.events.length, 0)
    expect(events).toBe(5 * ms)
    const frames = sharedFrames(readers).size
    // 100 readers: a pause of one millisecond at the least.
    expect(frames).toBeLessThanOrEqual(ms + 1)
    const writes = readers.reduce((sum, reader) => sum + eventFrames(reader).length, 0)
    expect(writes).toBe(frames * readers.length)
    expect(writes / (events * readers.length)).toBeLessThanOrEqual(0.25)
  })

  test('a crowd that comes back reads no events from the log, is asked about together, and shares its frames', async () => {
    server = await CostedServer.start([...WRITERS, ...READERS])
    const [writer, readers] = await crowd()
    send(writer)
    await server.platform.advance(100)
    const last = eventFrames(readers[0] as CountedTransport).at(-1)
    for (const reader of readers) reader.drop()
    send(writer, 20)
    await server.platform.advance(100)
    server.logCalls.length = 0
    const rooms = [{ roomId: 'r', epoch: epochIn(readers[0] as CountedTransport), seq: last?.events.at(-1)?.seq ?? 0 }]
    const back = await Promise.all(READERS.map(userId => server.connect(userId, { rooms })))
    await server.platform.advance(100)
    expect(back.map(reader => eventFrames(reader).flatMap(frame => frame.events).length)).toEqual(back.map(() => 20))
    expect(sharedFrames(back).size).toBe(1)
    // What was known before they left, and what the log has said since.
    expect(new Set(back.flatMap(readsFrames)).size, 'how far all have read is not encoded for each').toBeLessThan(3)
    expect(server.logCalls.filter(call => !BESIDE.has(call))).toEqual(Array(READS_OF_ALL).fill('visit'))
    expect(server.logCalls.filter(call => BESIDE.has(call))).toEqual(['people', 'shownReads'])
    expect(server.eventRows).toBe(0)
  })

  test('after a new start too, when the tail is empty: the events are read once for all who come from the same place, and encoded once', async () => {
    server = await CostedServer.start([...WRITERS, ...READERS])
    const writer = await server.connect('w0')
    send(writer, 20)
    await server.platform.advance(100)
    const rooms = [{ roomId: 'r', epoch: await server.epoch(), seq: WRITERS.length + READERS.length + 2 }]
    server.logCalls.length = 0
    const back = await Promise.all(READERS.map(userId => server.connect(userId, { rooms })))
    await server.platform.advance(100)
    expect(back.map(reader => eventFrames(reader).flatMap(frame => frame.events).length)).toEqual(back.map(() => 20))
    expect(sharedFrames(back).size).toBe(1)
    expect(server.logCalls.filter(call => !BESIDE.has(call))).toEqual(Array(READS_OF_ALL).fill('visit'))
    expect(server.eventRows).toBe(20)
  })

  test('a crowd that opens a room without a cursor is given a snapshot that was read once and encoded once', async () => {
    server = await CostedServer.start([...WRITERS, ...READERS])
    send(await server.connect('w0'), 60)
    await server.platform.advance(100)
    server.logCalls.length = 0
    const opened = await Promise.all(READERS.map(userId => server.connect(userId, { rooms: [{ roomId: 'r' }] })))
    await server.platform.advance(100)
    // Who comes later, while nothing has happened, is given the same.
    const late = await server.connect('w1', { rooms: [{ roomId: 'r' }] })
    await server.platform.advance(100)
    expect(server.logCalls.filter(call => !BESIDE.has(call))).toEqual(Array(READS_OF_ALL + 1).fill('visit'))
    expect(server.snapshotsRead).toBe(1)
    const snapshots = [...opened, late].map(snapshotIn)
    for (const snapshot of snapshots) expect(snapshot).toMatchObject({ memberCount: 117, unread: 60 })
    expect(snapshots.map(({ messages }) => messages.length)).toEqual(snapshots.map(() => 50))
  })
})

/** A writer, and a hundred who read the room live. */
async function crowd(): Promise<readonly [CountedTransport, readonly CountedTransport[]]> {
  const readers = await Promise.all(READERS.map(userId => server.connect(userId, { rooms: [{ roomId: 'r' }] })))
  await server.platform.advance(1_000)
  return [await server.connect('w0'), readers]
}

function sharedFrames(readers: readonly CountedTransport[]): ReadonlySet<SharedText> {
  return new Set(readers.flatMap(reader => eventFrames(reader).map(frame => frame.shared)))
}

/** Those that a hundred positions are told in. */
function readsFrames({ written }: CountedTransport): readonly SharedText[] {
  return written.filter(text => text instanceof SharedText && text.text.startsWith('{"type":"reads"')) as SharedText[]
}

function epochIn(transport: CountedTransport): string {
  for (const text of transport.written) {
    for (const frame of decodeDown(text instanceof SharedText ? text.text : text) ?? []) {
      if (frame.type === 'room.live') return frame.epoch
    }
  }
  throw new Error('the room was not opened')
}

function snapshotIn(transport: CountedTransport) {
  for (const text of transport.written) {
    for (const frame of decodeDown(text instanceof SharedText ? text.text : text) ?? []) {
      if (frame.type === 'room.snapshot') return frame
    }
  }
  throw new Error('there was no snapshot')
}
