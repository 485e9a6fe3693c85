import type { RoomView, Socket, SocketHandlers } from '@holdfast/client'
import { framesDown, framesOf } from './frames-of.ts'
import type { History } from './history.ts'
import { PAGE_RULES, pageIn, roomOfPage } from './invariants/answers.ts'
import { headsOnlyGrow, openingsHaveReasons, type PageRule, shutOutSeesNothing } from './invariants/page.ts'
import { secretInUrl } from './invariants/secrets.ts'
import type { Ledger } from './ledger.ts'
import type { Trace } from './trace.ts'

/** What watching a page needs of the world. */
export interface PageWatchParts {
  readonly ledger: Ledger
  readonly history: History
  readonly trace: Trace
  readonly nowMs: () => number
}

/** Sees what one page asks for, is told, stores and shows. */
export class PageWatch {
  readonly #name: string
  readonly #userId: string
  readonly #parts: PageWatchParts
  readonly #rules: readonly PageRule[]

  constructor(name: string, userId: string, parts: PageWatchParts) {
    const context = { page: name, breach: (rule: string, what: string) => this.#breach(rule, what) }
    this.#name = name
    this.#userId = userId
    this.#parts = parts
    this.#rules = [headsOnlyGrow, shutOutSeesNothing, openingsHaveReasons].map(rule => rule(context, parts.nowMs))
  }

  /** Its sockets, watched. */
  sockets(open: OpenSocket): OpenSocket {
    return (url, protocols, handlers) => {
      this.#called(url)
      const socket = open(url, protocols, { ...handlers, onMessage: text => this.#heard(text, handlers) })
      return {
        send: text => {
          this.#note(`sends ${text}`)
          for (const frame of framesOf(text)) for (const rule of this.#rules) rule.up?.(frame)
          socket.send(text)
        },
        close: (code, reason) => socket.close(code, reason),
      }
    }
  }

  /** Its HTTP calls, watched. */
  calls(fetch: Fetch): Fetch {
    return async (input, init) => {
      const url = String(input instanceof Request ? input.url : input)
      this.#called(url)
      const method = init?.method ?? 'GET'
      this.#note(`calls ${method} ${url} ${String(init?.body ?? '')}`)
      try {
        const response = await fetch(input, init)
        this.#note(`is answered ${response.status} of ${url}`)
        const roomId = roomOfPage(method, url)
        if (roomId !== null && response.ok) await this.#read(roomId, response.clone())
        return response
      } catch (error) {
        this.#note(`is not answered of ${url}: ${String(error)}`)
        throw error
      }
    }
  }

  /** Its person has opened a room. */
  wanted(roomId: string): void {
    for (const rule of this.#rules) rule.wanted?.(roomId)
  }

  shown(view: RoomView): void {
    const { id, status, continuity, timeline, unread } = view
    const { epoch, seq } = continuity
    this.#note(`shows ${id} ${status} ${epoch}:${seq}, ${timeline.length} rows, ${unread} unread`)
    for (const rule of this.#rules) rule.shown?.(view)
  }

  #heard(text: string, handlers: SocketHandlers): void {
    this.#note(`hears ${text}`)
    for (const frame of framesDown(text)) for (const rule of this.#rules) rule.down?.(frame)
    handlers.onMessage(text)
  }

  /** AUTH5: no URL holds a token. */
  #called(url: string): void {
    const secret = secretInUrl(url)
    if (secret !== null) this.#breach('AUTH5', `${this.#name} calls a URL that holds “${secret}”`)
  }

  /** A page of history, where it has come whole. */
  async #read(roomId: string, response: Response): Promise<void> {
    const { ledger } = this.#parts
    const page = pageIn(await response.text().catch(() => ''))
    const context = {
      userId: this.#userId,
      roomId,
      ledger,
      breach: (rule: string, what: string) => this.#breach(rule, what),
    }
    if (page !== null) for (const rule of PAGE_RULES) rule(context, page)
  }

  #note(what: string): void {
    this.#parts.trace.note(this.#name, what)
  }

  #breach(rule: string, what: string): void {
    this.#parts.history.breach(rule, what)
  }
}

type OpenSocket = (url: string, protocols: readonly string[], handlers: SocketHandlers) => Socket
type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>
