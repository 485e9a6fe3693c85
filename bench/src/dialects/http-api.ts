import { SignJWT } from 'jose'

/** The secret that the measured servers and the generator share. */
export const SECRET = 'a benchmark secret of more than thirty-two bytes'

/** A token as the host application would make it. */
export function tokenFor(userId: string): Promise<string> {
  return new SignJWT({ name: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(SECRET))
}

/** Calls an HTTP API and gives its JSON; anything but success ends the run. */
export async function api<T>(url: string, token: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`unable to ${method} ${path}; ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Runs `work` for every item, so many at a time. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane))
}
