import { once } from 'node:events'
import type { DownFrame, UpFrame } from '@holdfast/protocol'
import { SignJWT } from 'jose'
import WebSocket from 'ws'
import { SECRET } from './server-process.ts'

/** A token as the host application would make it. */
export function tokenFor(userId: string): Promise<string> {
  return new SignJWT({ name: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(SECRET))
}

/** Calls the HTTP API and gives its JSON; anything but success ends the run. */
export async function api<T>(url: string, token: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`unable to ${method} ${path}; ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** A session that sends and sees its answers. */
export class LoadClient {
  readonly #socket: WebSocket
  readonly #acks = new Map<string, () => void>()
  #welcome: () => void = () => undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', data => this.#receive(String(data)))
  }

  static async connect(url: string, token: string): Promise<LoadClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    })
    const client = new LoadClient(socket)
    await once(socket, 'open')
    const welcomed = new Promise<void>(resolve => {
      client.#welcome = resolve
    })
    client.#send({ type: 'session.hello', protocol: 1, client: { name: 'bench', version: '1' } })
    await welcomed
    return client
  }

  /** Resolves when the message is acknowledged, that is: durable. */
  send(roomId: string, clientId: string, content: string): Promise<void> {
    return new Promise(resolve => {
      this.#acks.set(clientId, resolve)
      this.#send({ type: 'message.send', roomId, clientId, content })
    })
  }

  close(): void {
    this.#socket.terminate()
  }

  #send(frame: UpFrame): void {
    this.#socket.send(JSON.stringify(frame))
  }

  #receive(text: string): void {
    const parsed = JSON.parse(text) as DownFrame | DownFrame[]
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
      if (frame.type === 'session.welcome') this.#welcome()
      else if (frame.type === 'message.ack') this.#settle(frame.clientId)
      else if (frame.type === 'error') throw new Error(`unable to go on; ${frame.code}: ${frame.message}`)
    }
  }

  #settle(clientId: string): void {
    this.#acks.get(clientId)?.()
    this.#acks.delete(clientId)
  }
}
