import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { HttpConnection } from '../../src/wire/http-connection.ts'

let server: Server | null = null
let connection: HttpConnection | null = null
afterEach(() => {
  connection?.close()
  server?.close()
})

/** A connection to a server that answers every request with these parts, each in a packet of its own if the system likes. */
async function answeredWith(...parts: readonly string[]): Promise<{ asked: string[]; client: HttpConnection }> {
  const asked: string[] = []
  const listening = createServer({ noDelay: true }, socket => {
    socket.on('error', () => undefined)
    socket.on('data', data => {
      asked.push(data.toString())
      const [first = '', ...rest] = parts
      socket.write(first)
      setImmediate(() => {
        for (const part of rest) socket.write(part)
        if (parts.length === 0) socket.end()
      })
    })
  })
  server = listening
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  const address = listening.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const client = new HttpConnection('127.0.0.1', port, { Authorization: 'Bearer token' })
  connection = client
  return { asked, client }
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'

describe('HTTP on a bare socket', () => {
  test.each([
    ['at once', [`${HEAD}0123456789`]],
    ['cut in its head', [HEAD.slice(0, 20), `${HEAD.slice(20)}0123456789`]],
    ['cut in its body', [`${HEAD}01`, '2345', '6789']],
  ])('an answer that comes %s is read whole, and the next one after it', async (_how, parts) => {
    const { asked, client } = await answeredWith(...parts)
    expect((await client.get('/a', true)).body?.toString()).toBe('0123456789')
    expect(await client.get('/b', false)).toEqual({ status: 200, bodyBytes: 10, body: null })
    expect(asked[1]).toMatch(/^GET \/b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nAuthorization: Bearer token\r\n\r\n$/)
  })

  test.each([
    ['without a length', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n']],
    ['longer than it tells', [`${HEAD}0123456789 and more`]],
    ['that ends before its head', []],
  ])('an answer %s is none', async (_how, parts) => {
    const { client } = await answeredWith(...parts)
    await expect(client.get('/a', true)).rejects.toThrow(/unable to go on; a connection was lost/)
  })
})
