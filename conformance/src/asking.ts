import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from './people.ts'

/** An HTTP answer, its body read. */
export interface Asked<T> {
  readonly status: number
  readonly body: T
}

/** After so long without an answer it asks again. */
const PATIENCE_MS = 500

/** Pause before it does. */
const RETRY_MS = 5

/** So often it does, which bounds a hang. */
const MAX_ATTEMPTS = 300

/** Refusals that the contract calls retryable: a rate, a store that cannot commit now. */
const RETRYABLE = [429, 503]

/** One call with a JSON body over a connection of its own; rejects when no whole answer comes back. */
export async function ask<T>(url: string, person: Person, path: string, body: object): Promise<Asked<T>> {
  const headers = { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url + path, { method: 'POST', headers, agent: false, timeout: PATIENCE_MS }, resolve)
    call.on('error', reject)
    call.on('timeout', () => call.destroy(new Error('no answer came')))
    call.end(JSON.stringify(body))
  })
  // Reading throws when the answer is cut off.
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { status: answer.statusCode ?? 0, body: JSON.parse(String(Buffer.concat(chunks))) as T }
}

/** The same, asked again until it is answered for good, as the contract lets a client do with what carries a `clientId`. */
export async function askUntilAnswered<T>(url: string, person: Person, path: string, body: object): Promise<Asked<T>> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer = await ask<T>(url, person, path, body).catch(() => undefined)
    if (answer !== undefined && !RETRYABLE.includes(answer.status)) return answer
    await sleep(RETRY_MS)
  }
  throw new Error(`unable to ask ${path}; no answer in ${MAX_ATTEMPTS} attempts`)
}
