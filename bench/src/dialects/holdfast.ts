import type { DownFrame, HistoryPage, UpFrame } from '@holdfast/protocol'
import {
  type Conversation,
  type Cursor,
  clientIdOf,
  type Dialect,
  type LogReader,
  numberOf,
  type Outgoing,
  type Scene,
  type SceneRoom,
} from './dialect.ts'
import { api, inLanes, tokenFor } from './http-api.ts'

/** Rooms that are made at once, and members that join one. */
const LANES = 16
/** Members that are named when a room is made; the rest join. */
const NAMED = 999
const PAGE = 100
const PAGES_AT_ONCE = 4
/** What is offered: nothing is kept from one message to the next, so that one compressed frame serves all. */
const DEFLATE = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover'

/** Holdfast by its wire protocol, version 1. */
export function holdfast(url: string): Dialect {
  const { hostname, port } = new URL(url)
  return {
    counting: 'range',
    mostInFlight: Number.POSITIVE_INFINITY,
    prepare: ({ rooms }: Scene) => inLanes(rooms, LANES, room => makeRoom(url, room)),
    admit: async userId => ({
      upgrade: {
        host: hostname,
        port: Number(port),
        path: '/api/socket',
        headers: { Authorization: `Bearer ${await tokenFor(userId)}` },
      },
      converse: (roomIds, from) => new HoldfastConversation(roomIds, from),
      send,
    }),
    acks: text => framesOf(text).flatMap(acknowledged),
    reply: () => null,
    signal: (roomId, seq, i) =>
      text(i % 2 === 0 ? { type: 'typing.start', roomId } : { type: 'room.read', roomId, seq }),
    check,
    log: holdfastLog(url),
    kept: null,
  }
}

/** The same with permessage-deflate, which a server that compresses agrees to. */
export function holdfastDeflated(url: string): Dialect {
  const plain = holdfast(url)
  return {
    ...plain,
    admit: async userId => {
      const { upgrade, ...admission } = await plain.admit(userId)
      const headers = { ...upgrade.headers, 'Sec-WebSocket-Extensions': DEFLATE }
      return { ...admission, upgrade: { ...upgrade, headers } }
    },
  }
}

function send({ n, roomId, content }: Outgoing): string {
  const [clientId, text] = [clientIdOf(n), JSON.stringify(content)]
  return `{"type":"message.send","roomId":"${roomId}","clientId":"${clientId}","content":${text}}`
}

async function makeRoom(url: string, { id, writers }: SceneRoom): Promise<void> {
  const [owner = 'owner', ...members] = writers
  const named = members.slice(0, NAMED)
  await api(url, await tokenFor(owner), 'POST', '/api/rooms', { id, name: id, type: 'public', members: named })
  await inLanes(members.slice(NAMED), LANES, async userId => {
    await api(url, await tokenFor(userId), 'POST', `/api/rooms/${id}/join`)
  })
}

/**
 * The log of a room, by its history pages, some of them asked for at once: each for so many places of the log, which hold as many messages at most.
 * The nth message's place is n at least, as other events have one too.
 */
function holdfastLog(url: string): LogReader {
  return async (roomId, as, from = 0) => {
    const token = await tokenFor(as)
    const found: number[] = []
    let next = from
    let isOver = false
    const lane = async () => {
      while (!isOver) {
        const after = next
        next += PAGE
        const path = `/api/rooms/${roomId}/messages?after=${after}&limit=${PAGE}`
        const { messages }: HistoryPage = await api(url, token, 'GET', path)
        for (const { seq, clientId } of messages) if (seq <= after + PAGE) found.push(numberOf(clientId))
        if (messages.length === 0) isOver = true
      }
    }
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, lane))
    return found
  }
}

function framesOf(text: string): readonly DownFrame[] {
  const parsed = JSON.parse(text) as DownFrame | DownFrame[]
  return Array.isArray(parsed) ? parsed : [parsed]
}

function acknowledged(frame: DownFrame): number[] {
  if (frame.type === 'message.ack') return frame.duplicate ? [] : [numberOf(frame.clientId)]
  if (frame.type === 'error') throw new Error(`unable to go on; ${frame.code}: ${frame.message}`)
  return []
}

/** Holds every event of a frame against the contract: its seq is the next one. */
function check(text: string, from: number): number {
  let seq = from
  for (const frame of framesOf(text)) {
    if (frame.type === 'error' || frame.type === 'room.detached') throw new Error(`unable to go on; ${text}`)
    if (frame.type !== 'message.event') continue
    for (const event of frame.events) {
      if (event.seq !== seq + 1) throw new Error(`the audit failed: event ${event.seq} follows ${seq}`)
      if (event.kind === 'message.created' && event.message.seq !== event.seq) {
        throw new Error(`the audit failed: event ${event.seq} holds a message of ${event.message.seq}`)
      }
      seq = event.seq
    }
  }
  return seq
}

class HoldfastConversation implements Conversation {
  readonly #roomIds: readonly string[]
  readonly #from: Cursor | undefined
  #awaited: number
  #isWelcome = false
  #cursor: Cursor
  #caughtUp = 0

  constructor(roomIds: readonly string[], from: Cursor | undefined) {
    this.#roomIds = roomIds
    this.#from = from
    this.#awaited = roomIds.length
    this.#cursor = from ?? { epoch: '', seq: 0 }
  }

  get isOpen(): boolean {
    return this.#isWelcome && this.#awaited === 0
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  begin(): readonly string[] {
    const hello = { type: 'session.hello', protocol: 1, client: { name: 'bench', version: '1' } } as const
    const from = this.#from
    if (from !== undefined) {
      return [text({ ...hello, rooms: this.#roomIds.map(roomId => ({ roomId, epoch: from.epoch, seq: from.seq })) })]
    }
    return [text(hello), ...this.#roomIds.map(roomId => text({ type: 'room.open', roomId, window: 1 }))]
  }

  hear(heard: string): readonly string[] {
    for (const frame of framesOf(heard)) {
      if (frame.type === 'error') throw new Error(`unable to go on; ${heard}`)
      if (frame.type === 'session.welcome') this.#isWelcome = true
      if (frame.type === 'message.event') this.#catchUp(frame.events.map(event => event.seq))
      if (frame.type === 'room.live') {
        this.#awaited--
        if (frame.roomId === this.#roomIds[0]) this.#cursor = { epoch: frame.epoch, seq: frame.seq }
      }
    }
    return []
  }

  /** What a cursor is answered with goes on from it without a gap. */
  #catchUp(seqs: readonly number[]): void {
    const from = this.#from?.seq ?? 0
    for (const seq of seqs) {
      if (seq !== from + ++this.#caughtUp)
        throw new Error(`the audit failed: ${seq} follows ${from + this.#caughtUp - 1}`)
    }
  }
}

function text(frame: UpFrame): string {
  return JSON.stringify(frame)
}
