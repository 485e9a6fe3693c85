import { SignJWT } from 'jose'

/** A token of a new user: by guest sign-in where the program has it on, else signed with the program's secret. */
export async function tokenFor(url: string, name: string, secret: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  })
  if (response.ok) {
    const { token } = (await response.json()) as { token: string }
    return token
  }
  return new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(name.toLowerCase())
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret))
}

/** Creates a public room and resolves to its id. */
export async function createRoom(url: string, token: string, name: string): Promise<string> {
  const response = await fetch(`${url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ name, type: 'public' }),
  })
  if (response.status !== 201) throw new Error(`unable to create a room; ${response.status} ${await response.text()}`)
  const { id } = (await response.json()) as { id: string }
  return id
}

/** A frame, as far as this test reads it. */
export interface Frame {
  readonly type: string
  readonly [field: string]: unknown
}

/** Sends one message over a raw socket, without our client, and resolves to the frame that answers it. */
export function sendOnce(url: string, token: string, roomId: string, content: string): Promise<Frame> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, ['holdfast.v1', `bearer.${token}`])
  const say = (frame: Frame): void => socket.send(JSON.stringify(frame))
  return new Promise<Frame>((resolve, reject) => {
    socket.onerror = () => reject(new Error('unable to open a socket; the server refused it'))
    socket.onclose = ({ code }) => reject(new Error(`unable to send; the socket closed with ${code}`))
    socket.onopen = () => {
      say({ type: 'session.hello', protocol: 1, client: { name: 'docs', version: '1' } })
      say({ type: 'message.send', clientId: 'first', roomId, content })
    }
    socket.onmessage = ({ data }) => {
      const answer = [JSON.parse(String(data)) as Frame | Frame[]].flat().find(frame => frame.clientId === 'first')
      if (answer) resolve(answer)
    }
  }).finally(() => socket.close())
}
