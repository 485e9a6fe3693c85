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
