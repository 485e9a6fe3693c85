import { describe, expect, test } from 'vitest'
import { type Homes, partBreaches } from './rules/parts.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

const SERVER = 'packages/server/src'

/** Where each part of the server lives. */
const HOMES: Homes = {
  ws: [`${SERVER}/transport`],
  'better-sqlite3': [`${SERVER}/log/sqlite`],
  kysely: [`${SERVER}/log/sqlite`],
  jose: [`${SERVER}/auth`],
  hono: [`${SERVER}/http`],
  '@hono/node-server': [`${SERVER}/server.ts`, `${SERVER}/http`],
  pino: [`${SERVER}/observe`],
  'prom-client': [`${SERVER}/observe`],
}

describe('parts', () => {
  test('a third-party part of the server is known to one folder', () => {
    expect(report(partBreaches(sources(`${SERVER}/**/*.ts`), HOMES))).toEqual([])
  })

  test('a breach is caught, by a subpath and in a type as well', () => {
    const text = "import { serve } from 'hono/jwt'\ntype Socket = import('ws').WebSocket"
    expect(report(partBreaches([parseSource(`${SERVER}/session/a.ts`, text)], HOMES))).toEqual([
      `${SERVER}/session/a.ts:1 imports hono/jwt, which only ${SERVER}/http may`,
      `${SERVER}/session/a.ts:2 imports ws, which only ${SERVER}/transport may`,
    ])
  })
})
