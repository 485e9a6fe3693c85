import { Agent, request } from 'node:http'
import { tokenFor } from '../dialects/http-api.ts'
import { demandCount } from '../generator/audit.ts'
import { Latencies } from '../generator/latencies.ts'
import { Crew } from '../load/crew.ts'
import type { Outcome, Subject } from './scenario.ts'
import { HISTORIAN, stockedRoom } from './stock.ts'

export interface History {
  /** Messages of the small room and of the large one: both are stocked. */
  readonly small: number
  readonly large: number
  /** Pages read of each, and times that each is opened. */
  readonly pages: number
}

const LIMIT = 50
const AGENT = new Agent({ keepAlive: true, maxSockets: 1 })
/** Odd, so that the places asked for spread over the whole room. */
const STRIDE = 7_919

/**
 * Pages of history and the opening of a room, in a small room and in a large one, by turns: what a message costs to read
 * may not depend on how many lie before it. The answers are checked to hold what was asked for.
 */
export async function history(subject: Subject, { small, large, pages }: History): Promise<Outcome> {
  const rooms = [
    { id: stockedRoom(small), messages: small },
    { id: stockedRoom(large), messages: large },
  ] as const
  const token = await tokenFor(HISTORIAN)
  const page = new Map(rooms.map(({ id }) => [id, new Latencies()]))
  const opening = new Map(rooms.map(({ id }) => [id, new Latencies()]))
  for (let i = 0; i < pages; i++) {
    for (const { id, messages } of rooms) {
      const after = (i * STRIDE) % (messages - LIMIT)
      const from = performance.now()
      const answer = await get(`${subject.url}/api/rooms/${id}/messages?after=${after}&limit=${LIMIT}`, token)
      page.get(id)?.note(performance.now() - from)
      const { messages: got } = JSON.parse(answer) as { messages: unknown[] }
      demandCount(`a page of ${id}`, got.length, LIMIT)
    }
  }
  for (let i = 0; i < pages; i++) for (const { id } of rooms) opening.get(id)?.note(await open(subject, id))
  const middle = (of: ReadonlyMap<string, Latencies>, room: number) => {
    return of.get(stockedRoom(room))?.percentile(50) ?? Number.NaN
  }
  return {
    figures: {
      pageSmallP50Ms: middle(page, small),
      pageLargeP50Ms: middle(page, large),
      pageRatio: middle(page, large) / middle(page, small),
      openSmallP50Ms: middle(opening, small),
      openLargeP50Ms: middle(opening, large),
      openRatio: middle(opening, large) / middle(opening, small),
    },
    curves: {
      'page, small room': page.get(stockedRoom(small))?.curve() ?? [],
      'page, large room': page.get(stockedRoom(large))?.curve() ?? [],
    },
    load: null,
  }
}

/** Milliseconds from connecting until the room is live. */
async function open({ dialect }: Subject, roomId: string): Promise<number> {
  const admission = await dialect.admit(HISTORIAN)
  const crew = new Crew(dialect)
  const from = performance.now()
  await crew.read([{ userId: HISTORIAN, roomIds: [roomId], attention: 'counts', admission }])
  const ms = performance.now() - from
  crew.close()
  return ms
}

function get(url: string, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: AGENT, headers: { authorization: `Bearer ${token}` } }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`unable to go on; ${response.statusCode} ${text}`))
      })
    })
    call.on('error', reject)
    call.end()
  })
}
