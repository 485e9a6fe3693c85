import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/plan/catalogue.ts'
import { QUICK } from '../../src/plan/scale.ts'
import { profileTables, sharesTable } from '../../src/report/profile-table.ts'
import { partOf } from '../../src/run/parts.ts'
import { type CpuProfile, profilesOf } from '../../src/run/profile.ts'
import type { TakenProfile } from '../../src/run/take-profile.ts'

const frame = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
})
const SESSION = '/x/packages/server/src/session/session.ts'

/** A thread that loads, has a session, waits for something to do, writes and loads again. */
const MAIN: CpuProfile = {
  nodes: [
    frame(1, 'load', 'node:modules'),
    frame(2, 'onMessage', SESSION),
    frame(3, '(idle)', ''),
    frame(4, 'writev', ''),
  ],
  startTime: 1_000,
  samples: [1, 2, 3, 4, 1],
  timeDeltas: [500, 100, 900, 300, 100],
}

function taken(profiles: TakenProfile['profiles']): TakenProfile {
  const [group] = catalogue(QUICK)
  const [job] = group?.jobs ?? []
  if (group === undefined || job === undefined) throw new Error('no job')
  return { group, job, server: 'Holdfast', profiles }
}

describe('a profile', () => {
  test('counts own time from the first session on, and no idling', () => {
    const [profile, ...others] = profilesOf([MAIN], [])
    expect(others).toEqual([])
    expect(profile?.busySeconds).toBeCloseTo(0.0005)
    expect(profile?.lines.map(({ what, part }) => [what.split(' ')[0], part])).toEqual([
      ['writev', 0.6],
      ['onMessage', 0.2],
      ['load', 0.2],
    ])
  })

  test('of a thread without sessions begins when another thread has the first one', () => {
    const owner: CpuProfile = {
      nodes: [frame(1, 'load', 'node:modules'), frame(2, 'postMessage', '')],
      startTime: 900,
      samples: [1, 2, 2],
      timeDeltas: [600, 400, 400],
    }
    const [main, gateways] = profilesOf([owner], [MAIN, MAIN])
    expect(main?.lines).toEqual([{ what: 'postMessage', part: 1 }])
    expect(main?.busySeconds).toBeCloseTo(0.0008)
    expect(gateways?.busySeconds).toBeCloseTo(0.001)
  })

  test('tells what the time was for: the parts are all of it', () => {
    const [profile] = profilesOf([MAIN], [])
    const parts = Object.fromEntries(profile?.parts.map(({ what, part }) => [what, part]) ?? [])
    expect(parts['writes to sockets']).toBeCloseTo(0.6)
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(1)
  })

  test.each([
    ['#committed packages/server/src/log/sqlite/sqlite-store.ts:117', 'the transaction, with its wait for the disk'],
    ['insert packages/server/src/log/sqlite/messages-table.ts:135', 'rows: what is read and written of the database'],
    ['postMessage', 'posts between threads: copying, calling'],
    ['postMessage node:internal/worker:462', 'posts between threads: copying, calling'],
    ['#take packages/server/src/workers/line.ts:110', 'posts between threads: copying, calling'],
    ['processChunkSync node:zlib:416', 'compressing'],
    ['handleUpgrade node_modules/ws/lib/websocket-server.js:247', 'handshakes and HTTP'],
    ['parseJson packages/protocol/src/wire/codec.ts:14', 'frames: parsing, checking, queueing'],
    ['somethingElse elsewhere.ts:1', 'the rest'],
  ])('%s belongs to: %s', (what, part) => expect(partOf(what)).toBe(part))
})

describe('the tables of profiles', () => {
  test('several stand beside one another, a column for each kind of threads', () => {
    const [header, , first] =
      sharesTable([taken(profilesOf([MAIN], [])), taken(profilesOf([MAIN], [MAIN]))])?.split('\n') ?? []
    expect(header?.match(/Holdfast(, (main|other) threads?)? \|/g)).toEqual([
      'Holdfast |',
      'Holdfast, main thread |',
      'Holdfast, other threads |',
    ])
    expect(first).toBe('| writes to sockets | 60 % | 60 % | 60 % |')
    expect(sharesTable([])).toBeNull()
  })

  test('one by itself shows the functions too', () => {
    const text = profileTables(taken(profilesOf([MAIN], [])))
    expect(text).toMatch(/\| 60 % \| writes to sockets \|/)
    expect(text).toMatch(/\| 60 % \| `writev` \|/)
  })
})
