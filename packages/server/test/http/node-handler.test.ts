import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { toNodeHandler } from '../../src/http/node-handler.ts'

/** Answers with what it was asked. */
const echo = {
  async fetch(request: Request): Promise<Response> {
    return Response.json({ method: request.method, path: new URL(request.url).pathname, body: await request.text() })
  },
}

type Parsed = IncomingMessage & { body?: unknown; originalUrl?: string }

/** What a body parser does before the handler: reads all, and leaves what it made of it. */
async function parse(request: Parsed, leave: (text: string) => unknown): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  request.body = leave(Buffer.concat(chunks).toString())
}

describe('a handler for node:http', () => {
  let close = () => {}
  afterEach(() => close())

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1')
    close = () => server.close()
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const post = async (url: string, body: string) => {
    const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    return (await response.json()) as { path: string; body: string }
  }

  test('by itself passes requests and bodies on', async () => {
    const url = await serve(toNodeHandler(echo))
    expect(await post(`${url}/api/rooms?x=1`, '{"a":1}')).toEqual({
      method: 'POST',
      path: '/api/rooms',
      body: '{"a":1}',
    })
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ method: 'GET', path: '/healthz', body: '' })
  })

  test.each<[string, (text: string) => unknown]>([
    ['values', text => JSON.parse(text)],
    ['text', text => text],
    ['bytes', text => Buffer.from(text)],
  ])('[mount] behind a body parser that leaves %s the body is there again', async (_, leave) => {
    const handler = toNodeHandler(echo)
    const url = await serve((request, response) => void parse(request, leave).then(() => handler(request, response)))
    expect((await post(url, '{"a":"ä"}')).body).toBe('{"a":"ä"}')
  })

  test('[mount] behind a parser that left the body alone it is still streamed', async () => {
    const handler = toNodeHandler(echo)
    const url = await serve((request, response) => {
      Object.assign(request, { body: {} })
      handler(request, response)
    })
    expect((await post(url, '{"a":1}')).body).toBe('{"a":1}')
  })

  test('[mount] under a path that the framework takes off, the whole path counts', async () => {
    const handler = toNodeHandler(echo)
    const url = await serve((request: Parsed, response) => {
      request.originalUrl = request.url ?? ''
      request.url = (request.url ?? '').replace('/chat', '')
      handler(request, response)
    })
    expect((await post(`${url}/chat/api/rooms`, '')).path).toBe('/chat/api/rooms')
  })
})
