import type { InboxEntry, Message, Room, RoomEvent } from '@holdfast/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InboxRoom } from '../../src/inbox/inbox-room.ts'
import type { Line } from '../../src/inbox/line.ts'
import { naiveLine } from './naive-line.ts'

const PEOPLE = ['ann', 'bob', 'cy'] as const
const ROOM: Room = {
  ...{ id: 'r', name: 'r', topic: '', ephemeral: false, slowModeMs: 0, metadata: {}, createdBy: 'ann', createdAt: 1 },
  type: 'public',
}

/** `many`: that many messages at once. */
interface Step {
  readonly what: 'write' | 'many' | 'delete' | 'edit' | 'read' | 'ask' | 'answer'
  readonly who: number
  readonly pick: number
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom<Step['what']>('write', 'write', 'many', 'delete', 'delete', 'edit', 'read', 'ask', 'answer'),
    who: fc.nat({ max: 2 }),
    pick: fc.nat({ max: 600 }),
  }),
  { minLength: 10, maxLength: 60, size: 'max' },
)

/** The line of somebody who enters. */
function lineOf(room: InboxRoom, userId: string): Line {
  room.enter(userId)
  const line = room.line(userId)
  if (line === undefined) throw new Error('whoever is here has a line')
  return line
}

/** A room's events as they are made, what the log would answer at any moment, and the room as the inbox follows it. */
class Script {
  readonly events: RoomEvent[] = []
  readonly room = new InboxRoom('r')
  readonly line = lineOf(this.room, 'bob')
  position = 0
  #asked: InboxEntry | null = null

  constructor() {
    this.#add({ kind: 'room.created', ...this.#base('ann'), room: ROOM })
  }

  take({ what, who, pick }: Step): void {
    const by = PEOPLE[who] ?? 'ann'
    const messages = this.events.flatMap(event => (event.kind === 'message.created' ? [event.message] : []))
    const message = messages.at(-1 - (pick % 250))
    if (what === 'write') this.#write(by, pick % 3 === 0 ? ['bob'] : [])
    else if (what === 'many')
      for (let i = 0; i < pick; i++) this.#write(i % 20 === 0 ? 'bob' : by, i % 100 === 7 ? ['bob'] : [])
    else if (what === 'delete' && message !== undefined) {
      this.#add({ kind: 'message.deleted', ...this.#base(by), messageId: message.id, deletedAt: 1 })
    } else if (what === 'edit' && message !== undefined) {
      const edit = { messageId: message.id, content: 'e', editedAt: 1, mentions: pick % 2 === 0 ? ['bob'] : [] }
      this.#add({ kind: 'message.edited', ...this.#base(by), ...edit })
    } else if (what === 'read') this.#read(Math.max(1, this.events.length - (pick % 300)))
    else if (what === 'ask') this.#ask()
    else if (what === 'answer') this.#answer()
  }

  entry(): InboxEntry {
    const rest = { name: '', type: 'public', unread: 0, mentions: 0, lastMessage: null, activeAt: 0 } as const
    const own = { lastReadSeq: this.position, muted: false, readRevision: 0 }
    return naiveLine(this.events, 'bob', { roomId: 'r', seq: this.events.length, ...rest, ...own })
  }

  #ask(): void {
    if (this.#asked !== null) return
    this.line.beginRead()
    this.#asked = this.entry()
  }

  #answer(): void {
    if (this.#asked === null) return
    this.room.adopt(this.line, this.#asked)
    this.line.endRead()
    this.#asked = null
  }

  #read(seq: number): void {
    if (seq <= this.position) return
    this.position = seq
    this.line.read(seq, this.room, true)
  }

  #write(senderId: string, mentions: string[]): void {
    const seq = this.events.length + 1
    const rest = { clientId: `c${seq}`, content: '', replyTo: null, attachments: [], seen: null }
    const state = { createdAt: 1, editedAt: null, deletedAt: null, reactions: {}, pinned: false }
    const message: Message = {
      type: 'text',
      id: `m${seq}`,
      seq,
      roomId: 'r',
      senderId,
      senderName: '',
      mentions,
      ...rest,
      ...state,
    }
    this.#add({ kind: 'message.created', ...this.#base(senderId), message })
  }

  #base(by: string) {
    return { seq: this.events.length + 1, at: 1, by }
  }

  #add(event: RoomEvent): void {
    this.events.push(event)
    this.room.receive('epoch', [event])
  }
}

test('[drift] whatever is heard while the log is asked, a line is either exactly right or knows that it is not', () => {
  let known = 0
  fc.assert(
    fc.property(steps, plan => {
      const script = new Script()
      for (const step of plan) {
        script.take(step)
        if (script.room.isDoubtful(script.line)) continue
        const { unread, mentions, lastReadSeq } = script.entry()
        expect(script.line.standing(script.room)).toMatchObject({ unread, mentions, lastReadSeq })
        known++
      }
    }),
    { numRuns: 150 },
  )
  expect(known).toBeGreaterThan(500)
}, 60_000)

test('[drift] somebody far behind in a busy room needs no read of the log for what is written', () => {
  const script = new Script()
  script.take({ what: 'many', who: 0, pick: 20 })
  script.take({ what: 'ask', who: 0, pick: 0 })
  script.take({ what: 'answer', who: 0, pick: 0 })
  for (let i = 0; i < 5; i++) script.take({ what: 'many', who: 1, pick: 600 })
  script.take({ what: 'write', who: 0, pick: 0 })
  expect(script.room.isDoubtful(script.line)).toBe(false)
  const { unread, mentions } = script.entry()
  expect(script.line.standing(script.room)).toMatchObject({ unread, mentions })
  expect([unread, mentions]).toEqual([20, 2])
})
