import type { Person } from './person.ts'

/** What the page has no button for, done over HTTP in a person's name. Throws when the server refuses. */
export async function rest(
  url: string,
  person: Person,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${await person.token()}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`unable to ${method} ${path}; ${response.status} ${await response.text()}`)
  return response.status === 204 ? null : await response.json().catch(() => null)
}

/** Who a person is to the server. */
export async function userIdOf(person: Person): Promise<string> {
  const payload = (await person.token()).split('.')[1] ?? ''
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub
}

/** Says all of `contents` in the room at `path` in one request, in order. Answers the messages' ids. */
export async function sayAll(
  url: string,
  person: Person,
  path: string,
  contents: readonly string[],
  replyTo: string | null = null,
): Promise<string[]> {
  const roomId = path.split('/').at(-1)
  const frames = contents.map(content => ({
    type: 'message.send',
    roomId,
    clientId: crypto.randomUUID(),
    content,
    replyTo,
  }))
  const answers = (await rest(url, person, 'POST', '/commands', frames)) as { messageId?: string }[]
  return answers.map(({ messageId }) => {
    if (messageId === undefined) throw new Error(`unable to say all; ${JSON.stringify(answers)}`)
    return messageId
  })
}
