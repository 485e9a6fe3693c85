import type { DownFrame } from '@holdfast/protocol'
import { CatchUpWatch } from './catch-up-watch.ts'
import type { Coverage } from './coverage.ts'
import { framesDown, framesOf } from './frames-of.ts'
import type { History } from './history.ts'
import { secretInLog, secretInRefusal } from './invariants/secrets.ts'
import { SESSION_RULES } from './invariants/session.ts'
import type { Ledger } from './ledger.ts'
import { PageWatch } from './page-watch.ts'
import type { Trace } from './trace.ts'

/** What watching needs of the world. */
export interface WatchParts {
  readonly ledger: Ledger
  readonly history: History
  readonly coverage: Coverage
  readonly trace: Trace
  readonly nowMs: () => number
  /** The budget of a connection, in bytes. */
  readonly sendQueueBytes: number
}

/** Told of all that goes over one connection, as its node takes and gives it. */
export interface LinkWatcher {
  /** The node takes a message. */
  up(text: string): void
  /** The node sends one, while so many bytes of what it sent before have not been taken. */
  down(text: string, bufferedBytes: number): void
}

/** Frames that wait for room, or are let go (contract §6); the others are answers, which have an allowance of their own. */
const ROOM_FRAMES: ReadonlySet<DownFrame['type']> = new Set(['message.event', 'room.snapshot', 'room.live', 'inbox'])

/** Sees everything that is sent, logged, called and shown, holds it against the rules at that very moment, and keeps the trace. */
export class Watch {
  readonly #parts: WatchParts
  readonly #acks = new Map<string, string>()
  readonly #ackedUpTo = new Map<string, number>()
  #links = 0

  constructor(parts: WatchParts) {
    this.#parts = parts
  }

  /** A connection of somebody's to a node. */
  link(userId: string, node: string): LinkWatcher {
    const { ledger, trace, coverage } = this.#parts
    const breach = (rule: string, what: string) => this.#breach(rule, what)
    const rules = SESSION_RULES.map(rule =>
      rule({ userId, ledger, acks: this.#acks, ackedUpTo: this.#ackedUpTo, breach }),
    )
    const name = `${node}#${++this.#links}`
    const catchUps = new CatchUpWatch()
    return {
      up: text => {
        trace.note(name, `takes from ${userId}: ${text}`)
        for (const frame of framesOf(text)) for (const rule of rules) rule.up?.(frame)
      },
      down: (text, bufferedBytes) => {
        trace.note(name, `sends ${userId}: ${text}`)
        for (const frame of framesDown(text)) {
          this.#count(userId, frame)
          if (catchUps.take(frame)) coverage.saw('revoked during catch-up')
          for (const rule of rules) rule.down?.(frame)
        }
        this.#queueIsBounded(userId, text, bufferedBytes)
      },
    }
  }

  /** A page of a device. */
  page(name: string, userId: string): PageWatch {
    return new PageWatch(name, userId, this.#parts)
  }

  /** A node has logged something. AUTH5: neither tokens nor what people write. */
  logged(node: string, level: string, fields: unknown, text: string): void {
    const line = `${text} ${JSON.stringify(fields, errorsAsText)}`
    this.#parts.trace.note(node, `logs ${level}: ${line}`)
    const secret = secretInLog(line)
    if (secret !== null) this.#breach('AUTH5', `${node} logs “${secret}” in “${line}”`)
  }

  /** READ8: a room's frame is sent only where the connection's budget has room for it, or nothing waits. */
  #queueIsBounded(userId: string, text: string, bufferedBytes: number): void {
    const { sendQueueBytes } = this.#parts
    if (bufferedBytes === 0 || bufferedBytes + text.length <= sendQueueBytes) return
    const [first] = framesDown(text)
    if (first === undefined || !ROOM_FRAMES.has(first.type)) return
    this.#breach(
      'READ8',
      `${userId} is sent ${text.length} more bytes, while ${bufferedBytes} wait of ${sendQueueBytes}`,
    )
  }

  #count(userId: string, frame: DownFrame): void {
    const { coverage, history } = this.#parts
    if (frame.type === 'room.detached') coverage.saw(`detached ${frame.code}`)
    if (frame.type !== 'error') return
    coverage.saw(`refused ${frame.code}`)
    const secret = secretInRefusal(frame.message)
    if (secret !== null) this.#breach('AUTH5', `${userId} is told “${secret}” in a refusal`)
    // The sender may never hear of it, send it again, and find it taken: what was written later is there before it then.
    if (!frame.retryable) history.refused(userId, frame.clientId)
  }

  #breach(rule: string, what: string): void {
    this.#parts.history.breach(rule, what)
  }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? String(value.stack) : value
}
