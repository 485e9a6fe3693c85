import { canonical } from './canonical.ts'
import type { Evidence, Violation } from './evidence.ts'
import type { HistoryLine } from './history-lines.ts'
import type { RoomTruth } from './store-log.ts'

type View = Extract<HistoryLine, { what: 'view' }>

/** What is told of everything that was read: READ1, READ4, READ5. */
export function checkReading({ rooms, lines }: Evidence): readonly Violation[] {
  const found: Violation[] = []
  const subscriptions = new Map<string, Subscription>()
  const truths = new Map(rooms.map(room => [room.roomId, room]))
  for (const line of lines) {
    if (line.what === 'disconnected') {
      for (const name of subscriptions.keys()) {
        if (name.startsWith(`${line.device} ${line.socket} `)) subscriptions.delete(name)
      }
    }
    if (!('roomId' in line)) continue
    // Who was never let in holds no log.
    if ('epoch' in line && line.epoch !== '' && line.epoch !== truths.get(line.roomId)?.epoch) {
      found.push({ rule: 'READ5', what: `${line.device} was told of ${line.roomId} in epoch ${line.epoch}` })
    }
    if (line.what === 'view') found.push(...viewIsRight(line, truths.get(line.roomId)))
    if (!('socket' in line)) continue
    const name = `${line.device} ${line.socket} ${line.roomId}`
    const subscription = subscriptions.get(name) ?? new Subscription()
    subscriptions.set(name, subscription)
    const wrong = subscription.take(line)
    if (wrong !== null) found.push({ rule: 'READ1', what: `${name}: ${wrong}` })
  }
  return found
}

/** READ1: one opened room on one socket; seqs arrive as n, n + 1, n + 2, … from the cursor that it was opened with. */
class Subscription {
  /** What comes next; null: nothing was opened, or its snapshot is awaited. */
  #next: number | null = null
  /** Where it was opened again: what was on its way before may still come first. */
  #again: number | null = null
  #isOpen = false

  /** What is wrong with it; null: nothing. */
  take(line: HistoryLine): string | null {
    switch (line.what) {
      case 'opened':
        if (this.#isOpen) this.#again = line.from === null ? null : line.from.seq + 1
        else this.#next = line.from === null ? null : line.from.seq + 1
        this.#isOpen = true
        return null
      case 'closed':
      case 'detached':
        this.#isOpen = false
        return null
      case 'snapshot':
        this.#next = line.seq + 1
        this.#again = null
        return null
      case 'events':
        return this.#takeEvents(line.events.map(event => event.seq))
      case 'live':
        return this.#takeLive(line.seq)
      default:
        return null
    }
  }

  #takeEvents(seqs: readonly number[]): string | null {
    // The answer to a `room.close` may stand behind events that were on their way.
    if (!this.#isOpen && this.#next === null) return `${seqs[0]} came of a room that is not open`
    for (const seq of seqs) {
      const expected = this.#next
      if (seq === this.#again && seq !== expected) this.#again = null
      else if (seq !== expected) {
        this.#next = seq + 1
        return `${seq} came where ${expected} comes next`
      }
      this.#next = seq + 1
    }
    return null
  }

  #takeLive(seq: number): string | null {
    if (this.#again !== null && seq === this.#again - 1) this.#next = this.#again
    this.#again = null
    return this.#next === seq + 1 ? null : `it is live at ${seq}, and ${this.#next} comes next`
  }
}

/** READ4: what a device shows in the end is the log's own state, or nothing where it may not read. */
function viewIsRight(view: View, truth: RoomTruth | undefined): readonly Violation[] {
  if (truth === undefined) return [{ rule: 'READ4', what: `${view.device} shows ${view.roomId}, which is not there` }]
  const isMember = truth.state.members.has(view.userId)
  if (!isMember) return view.status === 'live' ? [wrong(view, 'is live and may not read it')] : []
  if (view.status !== 'live') return [wrong(view, `is ${view.status}`)]
  if (view.seq !== truth.state.seq) return [wrong(view, `stands at ${view.seq} of ${truth.state.seq}`)]
  const all = truth.state.messages.map(canonical)
  if (!view.hasMore && view.messages.length !== all.length) {
    return [wrong(view, `shows ${view.messages.length} messages of ${all.length}`)]
  }
  const latest = all.slice(all.length - view.messages.length)
  const different = latest.findIndex((message, i) => message !== view.messages[i])
  return different === -1 ? [] : [wrong(view, `shows ${view.messages[different]} for ${latest[different]}`)]
}

function wrong({ device, roomId }: View, how: string): Violation {
  return { rule: 'READ4', what: `${device} in ${roomId} ${how}` }
}
