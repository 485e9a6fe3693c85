import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { toNodeHandler } from '../../src/http/node-handler.ts'
import { signToken } from './sign-token.ts'
import { SECRET, startApp, type TestApp } from './test-app.ts'

/** What body parsers leave on a request once they have read it to its end. */
type Parsed = IncomingMessage & { body?: unknown; rawBody?: unknown; originalUrl?: string }
type Parser = (request: Parsed, bytes: Buffer) => void

let app: TestApp
let servers: Server[]

beforeEach(async () => {
  app = await startApp()
  servers = []
})
afterEach(async () => {
  await app.close()
  for (const server of servers) server.close()
})

/** Holdfast in a server that runs `parser` before it; null: that reads nothing. */
async function behind(parser: Parser | null): Promise<string> {
  const handler = toNodeHandler({ fetch: (request, bindings = {}) => createApp(app.deps).fetch(request, bindings) })
  const server = createServer(parser === null ? handler : readingFirst(parser, handler))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function readingFirst(parser: Parser, handler: RequestListener): RequestListener {
  return async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    parser(request, Buffer.concat(chunks))
    handler(request, response)
  }
}

const ROOM = { name: 'A room: é\u2028"', type: 'public', topic: 'T' }

async function post(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${await signToken({ sub: 'ann' }, SECRET)}`
  return fetch(`${url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body,
  })
}

const PARSERS: Readonly<Record<string, Parser | null>> = {
  nothing: null,
  'a JSON parser': (request, bytes) => {
    request.body = JSON.parse(bytes.toString())
  },
  'a text parser': (request, bytes) => {
    request.body = bytes.toString()
  },
  'a parser that leaves the bytes': (request, bytes) => {
    request.body = bytes
  },
  'a parser that keeps the bytes beside': (request, bytes) => {
    request.rawBody = bytes
    request.body = { something: 'else' }
  },
}

test.each(Object.keys(PARSERS))('behind %s the body arrives as it was sent', async name => {
  const response = await post(await behind(PARSERS[name] ?? null), JSON.stringify(ROOM))
  expect([response.status, await response.json()]).toEqual([201, expect.objectContaining(ROOM)])
})

test('a body that a parser has unpacked is taken unpacked', async () => {
  const unpacked: Parser = request => {
    request.body = ROOM
  }
  const packed = new Uint8Array(gzipSync(JSON.stringify(ROOM)))
  expect((await post(await behind(unpacked), packed, { 'content-encoding': 'gzip' })).status).toBe(201)
})

test('what a parser made of a form is no JSON body', async () => {
  const form: Parser = request => {
    request.body = ROOM
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await post(await behind(form), 'name=A&type=public', headers)).status).toBe(415)
})

test('a request that a parser has emptied and kept for itself is a bad request, not one that hangs', async () => {
  expect((await post(await behind(() => {}), JSON.stringify(ROOM))).status).toBe(400)
})

test('a framework that took the mount path off still gets the whole path answered', async () => {
  const mounted: Parser = (request, bytes) => {
    request.body = JSON.parse(bytes.toString())
    request.originalUrl = request.url ?? ''
    request.url = '/'
  }
  expect((await post(await behind(mounted), JSON.stringify(ROOM))).status).toBe(201)
})
