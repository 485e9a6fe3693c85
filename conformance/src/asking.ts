import { request } from 'node:http'
import type { Person } from './people.ts'

/** An HTTP answer, its body read. */
export interface Asked<T> {
  readonly status: number
  readonly body: T
}

/** After so long without an answer it asks again. */
const PATIENCE_MS = 500

/** One call with a JSON body over a connection of its own; rejects when no whole answer comes back. */
export function ask<T>(url: string, person: Person, path: string, body: object): Promise<Asked<T>> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' }
    const call = request(url + path, { method: 'POST', headers, agent: false, timeout: PATIENCE_MS }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        if (!answer.complete) return reject(new Error('the answer was cut off'))
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(String(Buffer.concat(chunks))) as T })
      })
    })
    call.on('error', reject)
    call.on('timeout', () => call.destroy(new Error('no answer came')))
    call.end(JSON.stringify(body))
  })
}

/** The same, asked again until an answer comes back, as the contract lets a client do with what carries a `clientId`. */
export async function askUntilAnswered<T>(url: string, person: Person, path: string, body: object): Promise<Asked<T>> {
  for (;;) {
    const answer = await ask<T>(url, person, path, body).catch(() => undefined)
    if (answer !== undefined) return answer
  }
}
