import { type Client, type ClientPlatform, createClient, type RoomHandle } from '@holdfast/client'
import { type DownFrame, encode, type HistoryPage, type Member, type Message, type RoomEvent } from '@holdfast/protocol'

const ROOM = 'room'
const EPOCH = 'e'
/** Who the client is. */
export const ME = 'me'
const CONTENT = 'A message of the length that people write when they have something to say.'
/** The seq of the first message of a room, so that there is room for older ones before it. */
const FIRST_SEQ = 1_000_000

type Handlers = Parameters<ClientPlatform['openSocket']>[2]

/**
 * A client of the SDK with nothing around it: frames are handed to it as a socket would, and time, network and HTTP cost
 * nothing. So what is measured is the whole way from the text of a frame to the view that an application reads.
 */
export class Stage {
  readonly client: Client
  readonly room: RoomHandle
  /** How many rows the listener of the room has read in all: what nobody reads might not be made. */
  rowsRead = 0
  /** What a call for older messages is answered with. */
  page: HistoryPage | null = null
  /** ClientIds of the messages that the client has sent and nobody has acknowledged. */
  #sent: string[] = []
  #seq = FIRST_SEQ
  #socket: Handlers | null = null

  constructor() {
    this.client = createClient({
      url: 'http://stage',
      getToken: async () => 'token',
      platform: this.#platform(),
      idle: false,
    })
    this.room = this.client.room(ROOM)
  }

  get seq(): number {
    return this.#seq
  }

  /** A session that has asked for the room, which is watched as an application watches it. */
  async connect(): Promise<void> {
    this.client.connect()
    this.room.open()
    while (this.#socket === null) await Promise.resolve()
    this.#socket.onOpen()
    this.hear(welcome())
    this.room.subscribe(() => {
      this.rowsRead += this.room.getSnapshot().timeline.length
    })
  }

  /** A session, and the room live. */
  async open(members: number, messages: number): Promise<void> {
    await this.connect()
    this.take(this.opening(members, messages))
  }

  /** The text of the frames that open the room. */
  opening(members: number, messages: number): string {
    const held = Array.from({ length: messages }, (_, i) => this.message(this.#seq - messages + 1 + i))
    const people = Array.from({ length: members }, (_, i): Member => {
      return { userId: i === 0 ? ME : `user${i}`, name: `User ${i}`, role: 'member' }
    })
    const seq = this.#seq
    return encode([
      {
        type: 'room.snapshot',
        roomId: ROOM,
        epoch: EPOCH,
        seq,
        room: ROOM_OF_ALL,
        members: people,
        memberCount: members,
        messages: held,
        reads: Object.fromEntries(people.slice(0, 200).map(({ userId }) => [userId, seq])),
        lastReadSeq: seq,
        unread: 0,
        readRevision: 0,
        hasMore: true,
        nextCursor: 'older',
      },
      { type: 'room.live', roomId: ROOM, epoch: EPOCH, seq },
    ])
  }

  /** The text of a frame with `count` new messages. */
  news(count: number): string {
    const events = Array.from({ length: count }, () => this.#created())
    return encode({ type: 'message.event', roomId: ROOM, events })
  }

  /** The text of a frame with one change of a message. */
  reaction(messageSeq: number, key: string): string {
    const seq = ++this.#seq
    const event = { kind: 'reaction.added', seq, at: seq, by: 'user1', userId: 'user1', key } as const
    return encode({ type: 'message.event', roomId: ROOM, events: [{ ...event, messageId: idOf(messageSeq) }] })
  }

  hear(...frames: readonly DownFrame[]): void {
    this.take(encode(frames))
  }

  take(text: string): void {
    this.#socket?.onMessage(text)
  }

  /** `by` has read up to `seq`. */
  receipt(by: string, seq: number): string {
    return encode({ type: 'reads', roomId: ROOM, reads: { [by]: seq } })
  }

  /** A page of the `count` messages before the oldest one held. */
  older(count: number): HistoryPage {
    const [oldest] = this.room.getSnapshot().timeline
    const before = oldest?.kind === 'message' ? oldest.message.seq : this.#seq
    const messages = Array.from({ length: count }, (_, i) => this.message(before - count + i))
    return { messages, hasMore: true, nextCursor: 'older', epoch: EPOCH, seq: this.#seq }
  }

  /** The server answers everything that was sent; says how many that were. */
  acknowledge(): number {
    const answered = this.#sent
    this.#sent = []
    for (const clientId of answered) {
      const seq = ++this.#seq
      const message = { ...this.message(seq), senderId: ME, clientId }
      const events: RoomEvent[] = [{ kind: 'message.created', seq, at: seq, by: ME, message }]
      const result = { messageId: message.id, seq, at: seq, duplicate: false }
      this.hear(
        { type: 'message.event', roomId: ROOM, events },
        { type: 'message.ack', roomId: ROOM, clientId, ...result },
      )
    }
    return answered.length
  }

  /** The message at `seq`: every other one is this client's. */
  message(seq: number): Message {
    const senderId = seq % 2 === 0 ? ME : `user${seq % 50}`
    return {
      id: idOf(seq),
      seq,
      roomId: ROOM,
      senderId,
      senderName: senderId,
      clientId: `c${seq}`,
      type: 'text',
      content: CONTENT,
      replyTo: null,
      attachments: [],
      mentions: [],
      seen: seq - 1,
      createdAt: seq,
      editedAt: null,
      deletedAt: null,
      reactions: {},
      pinned: false,
    }
  }

  #created(): RoomEvent {
    const seq = ++this.#seq
    const message = this.message(seq)
    return { kind: 'message.created', seq, at: seq, by: message.senderId, message }
  }

  #platform(): ClientPlatform {
    let ids = 0
    return {
      clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
      scheduler: { after: () => () => {} },
      random: { fraction: () => 0.5, id: () => `sent${++ids}` },
      network: { isUp: () => true, isVisible: () => true, watch: () => () => {} },
      openSocket: (_url, _protocols, handlers) => {
        this.#socket = handlers
        return { send: text => this.#heard(text), close: () => {} }
      },
      fetch: async address => Response.json(String(address).includes('/messages?') ? this.page : NOTHING),
    }
  }

  #heard(text: string): void {
    const parsed: unknown = JSON.parse(text)
    for (const frame of [parsed].flat()) {
      const { type, clientId }: { readonly type?: unknown; readonly clientId?: unknown } = Object(frame)
      if (type === 'message.send') this.#sent.push(String(clientId))
    }
  }
}

/** Of the form and in the order of those that a server makes. */
function idOf(seq: number): string {
  return `0192f0c1-${seq.toString(16).padStart(4, '0').slice(0, 4)}-7000-8000-${seq.toString(16).padStart(12, '0')}`
}

const NOTHING = { rooms: [], nextCursor: null, settings: { readReceipts: true, appearOffline: false } }

const ROOM_OF_ALL = {
  id: ROOM,
  name: 'Room',
  type: 'public' as const,
  topic: '',
  ephemeral: false,
  slowModeMs: 0,
  metadata: {},
  createdBy: ME,
  createdAt: 0,
}

function welcome(): DownFrame {
  return {
    type: 'session.welcome',
    sessionId: 's',
    userId: ME,
    serverTime: Date.now(),
    heartbeatMs: 1_000_000,
    limits: { frameBytes: 65_536, contentBytes: 8_192, window: 100, delta: 1_000, sendRate: 0 },
    node: 'n',
  }
}
