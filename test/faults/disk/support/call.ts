import { tokenFor } from './tokens.ts'

/** What answers: a server at an address, or in this process. */
type Answers = string | { fetch(request: Request): Promise<Response> }

/**
 * An HTTP call as ann.
 *
 * @throws Error with the answer, when it is none that is good.
 */
export async function call<T>(server: Answers, method: string, path: string, body?: object): Promise<T> {
  const response = await answer(server, method, path, body)
  if (response.ok) return (await response.json()) as T
  throw new Error(`unable to ${method} ${path}; ${response.status} ${await response.text()}`)
}

/** The same, whatever the answer is. */
export async function answer(server: Answers, method: string, path: string, body?: object): Promise<Response> {
  const base = typeof server === 'string' ? server : 'http://server'
  const request = new Request(base + path, {
    method,
    headers: { authorization: `Bearer ${await tokenFor('ann')}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return typeof server === 'string' ? fetch(request) : server.fetch(request)
}
