import { describe, expect, test } from 'vitest'
import { type Stages, stageBreaches, unusedEdges } from './rules/stages.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

/**
 * `transport`, `log` and `bus` are leaves: they know no other stage, but for the vocabulary of clock, timers and randomness
 * (`platform`). `observe` is that of metrics and logs.
 */
const SERVER: Stages = {
  folder: 'packages/server/src',
  wiring: [
    ...['server.ts', 'compose.ts', 'stages.ts', 'signals.ts', 'parts.ts', 'holdfast.ts', 'testing.ts', 'index.ts'],
    ...['workers.ts', 'owner.ts', 'gateway.ts', 'gateway-thread.ts'],
  ],
  mayImport: {
    platform: [],
    observe: [],
    transport: ['platform'],
    log: [],
    bus: [],
    auth: ['platform', 'log'],
    people: ['platform', 'observe', 'transport', 'log', 'bus'],
    inbox: ['platform', 'observe', 'transport', 'log', 'bus'],
    room: ['platform', 'observe', 'transport', 'log', 'bus', 'people'],
    session: ['platform', 'observe', 'transport', 'log', 'auth', 'room'],
    http: ['platform', 'observe', 'log', 'auth'],
    workers: ['platform', 'observe', 'log', 'bus', 'auth', 'people', 'options.ts'],
    'options.ts': ['platform', 'observe', 'auth'],
  },
}

const CLIENT: Stages = {
  folder: 'packages/client/src',
  wiring: ['client.ts', 'room.ts', 'index.ts', 'testing.ts'],
  mayImport: {
    platform: [],
    connection: ['platform'],
    sync: ['platform'],
    outbox: ['platform'],
    store: [],
    rooms: ['platform'],
    signals: ['platform'],
    testing: ['platform', 'connection', 'store'],
    'http.ts': ['platform'],
    'changes.ts': ['platform'],
    'options.ts': ['platform', 'outbox', 'signals'],
    'client-handle.ts': ['connection', 'rooms', 'signals'],
    'room-handle.ts': ['store'],
    'room-commands.ts': ['connection'],
  },
}

const PROTOCOL: Stages = {
  folder: 'packages/protocol/src',
  wiring: ['index.ts'],
  mayImport: { room: [], wire: ['room'], http: ['room', 'wire'] },
}

describe('stages', () => {
  test.each([SERVER, CLIENT, PROTOCOL])('in $folder each stage knows only those it builds on', stages => {
    expect(report(stageBreaches(sources(`${stages.folder}/**/*.{ts,tsx}`), stages))).toEqual([])
  })

  test.each([SERVER, CLIENT, PROTOCOL])('in $folder the table allows nothing that is not needed', stages => {
    expect(unusedEdges(sources(`${stages.folder}/**/*.{ts,tsx}`), stages)).toEqual([])
  })

  test.each([SERVER, CLIENT, PROTOCOL])('in $folder the table itself has no cycle', ({ mayImport }) => {
    const reaches = (from: string, to: string): boolean =>
      (mayImport[from] ?? []).some(next => next === to || reaches(next, to))
    expect(Object.keys(mayImport).filter(stage => reaches(stage, stage))).toEqual([])
  })

  test.each([
    ['log/sqlite/a.ts', "import { Hub } from '../../room/hub.ts'", 'log may not import room'],
    ['transport/a.ts', "import type { Session } from '../session/session.ts'", 'transport may not import session'],
    ['bus/a.ts', "type Log = import('../log/room-log.ts').RoomLog", 'bus may not import log'],
    ['session/commands/a.ts', "import { createHoldfast } from '../../server.ts'", 'session may not import server.ts'],
    ['helpers.ts', "import { Hub } from './room/hub.ts'", 'helpers.ts may not import room'],
  ])('a breach is caught: %s with %s', (path, text, complaint) => {
    const source = parseSource(`packages/server/src/${path}`, `\n${text}`)
    expect(report(stageBreaches([source], SERVER))).toEqual([expect.stringContaining(`${path}:2 ${complaint}`)])
  })

  test('a stage that the table does not know is caught', () => {
    const source = parseSource('packages/server/src/utils/a.ts', '')
    expect(report(stageBreaches([source], SERVER))).toEqual([expect.stringContaining('utils is not in the table')])
  })

  test('a stage may import itself, its own kind of file, and what the table allows', () => {
    const text = "import '../tail.ts'\nimport '../../log/room-log.ts'\nimport '../../assert.ts'\nimport 'node:fs'"
    expect(stageBreaches([parseSource('packages/server/src/room/deep/a.ts', text)], SERVER)).toEqual([])
  })
})
