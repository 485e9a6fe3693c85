import type { HistoryPage, Message, Reads, Room, RoomEvent, SeenAnswer, UpdateRoomBody } from '@holdfast/protocol'
import { type Changes, Emitter } from './changes.ts'
import type { Connection } from './connection/connection.ts'
import type { Requests } from './connection/requests.ts'
import type { Http } from './http.ts'
import { HttpMembers } from './members.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { OutboxEntry } from './outbox/outbox-state.ts'
import type { OutboxRecord } from './outbox/outbox-storage.ts'
import type { ClientPlatform } from './platform/platform.ts'
import type { Cancel } from './platform/scheduler.ts'
import type { EditOptions, RoomHandle, RoomMembers, SendHandle, SendOptions } from './room-handle.ts'
import type { RoomNews } from './rooms/room-list-data.ts'
import { HistoryLoader } from './store/history-loader.ts'
import { readBy } from './store/room-data.ts'
import { RoomStore } from './store/room-store.ts'
import type { RoomView } from './store/room-view.ts'
import { RoomViewBuilder } from './store/room-view-builder.ts'
import type { PendingMessage } from './store/timeline.ts'
import type { ReadMarker } from './sync/read-marker.ts'
import { readingOf } from './sync/reading.ts'
import { Subscription } from './sync/subscription.ts'

/** What all rooms of a client share. */
export interface RoomServices {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly connection: Connection
  readonly requests: Requests
  readonly outbox: Outbox
  readonly readMarker: ReadMarker
  readonly http: Http
  nextRef(): string
  userId(): string | null
  /** This person has come into a room or is out of one. */
  onMembership(): void
}

/** A room that nobody holds open any more stays subscribed so long: whoever comes back at once finds it live. Milliseconds. */
export const CLOSE_LINGER_MS = 1_000

/** One room: puts its subscription, its store and its way out together, and delegates to them. */
export class ClientRoom implements RoomHandle {
  readonly id: string
  readonly members: RoomMembers
  readonly subscription: Subscription
  readonly #services: RoomServices
  readonly #path: string
  readonly #emitter: Emitter
  readonly #store: RoomStore
  readonly #history: HistoryLoader
  readonly #builder: RoomViewBuilder
  #outgoing: readonly OutboxEntry[] = []
  #view: RoomView | null = null
  #holders = 0
  #closing: Cancel | null = null

  constructor(id: string, services: RoomServices) {
    this.id = id
    this.#services = services
    this.#path = `/api/rooms/${encodeURIComponent(id)}`
    this.members = new HttpMembers(services.http, this.#path)
    this.#emitter = new Emitter(services.changes)
    this.#builder = new RoomViewBuilder(id)
    this.#store = new RoomStore({
      userId: services.userId,
      onChange: () => this.#changed(),
      onMessages: messages => this.#see(messages),
    })
    this.#history = new HistoryLoader({
      store: this.#store,
      fetchPage: cursor => this.#fetchPage(cursor),
      onChange: () => this.#changed(),
    })
    this.subscription = this.#subscriptionOf(services)
  }

  subscribe(listener: () => void): () => void {
    return this.#emitter.subscribe(listener)
  }

  getSnapshot(): RoomView {
    this.#view ??= this.#builder.build({
      reading: readingOf(this.subscription.state),
      data: this.#store.data,
      pending: [...this.#store.landed, ...this.#outgoing.filter(entry => !entry.isDiscarded).map(pendingOf)],
      userId: this.#services.userId(),
      loadingOlder: this.#history.isLoading,
    })
    return this.#view
  }

  open(): () => void {
    this.#holders++
    this.#closing?.()
    this.#closing = null
    this.subscription.open()
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#release()
    }
  }

  send(content: string, options: SendOptions = {}): SendHandle {
    const { replyTo = null, mentions = [], kind = 'text' } = options
    const seen = this.#store.data?.state.seq ?? null
    return this.#services.outbox.add({ roomId: this.id, content, kind, replyTo, mentions, seen })
  }

  retry(clientId: string): void {
    this.#services.outbox.retry(this.id, clientId)
  }

  async discard(clientId: string): Promise<void> {
    this.#services.outbox.tell(this.id, { kind: 'discard', clientId })
  }

  edit(messageId: string, content: string, { mentions }: EditOptions = {}): Promise<void> {
    const changes = mentions === undefined ? { content } : { content, mentions: [...mentions] }
    return this.#services.requests.request({ type: 'message.edit', roomId: this.id, messageId, ...changes })
  }

  delete(messageId: string): Promise<void> {
    return this.#services.requests.request({ type: 'message.delete', roomId: this.id, messageId })
  }

  react(messageId: string, key: string): Promise<void> {
    return this.#services.requests.request({ type: 'reaction.add', roomId: this.id, messageId, key })
  }

  unreact(messageId: string, key: string): Promise<void> {
    return this.#services.requests.request({ type: 'reaction.remove', roomId: this.id, messageId, key })
  }

  pin(messageId: string): Promise<void> {
    return this.#services.requests.request({ type: 'message.pin', roomId: this.id, messageId })
  }

  unpin(messageId: string): Promise<void> {
    return this.#services.requests.request({ type: 'message.unpin', roomId: this.id, messageId })
  }

  loadOlder(): Promise<void> {
    return this.#history.loadOlder()
  }

  markRead(seq?: number): void {
    const data = this.#store.data
    const upTo = Math.min(seq ?? data?.state.messages.at(-1)?.seq ?? 0, data?.state.seq ?? Number.POSITIVE_INFINITY)
    // What is no number is not above any.
    if (!(upTo > (data?.lastReadSeq ?? 0))) return
    this.#store.markRead(upTo)
    this.#services.readMarker.mark(this.id, upTo)
  }

  async markUnread(seq: number): Promise<void> {
    await this.#services.http.call('PUT', `${this.#path}/unread`, { seq })
  }

  async setMuted(muted: boolean): Promise<void> {
    await this.#services.http.call('PUT', `${this.#path}/notifications`, { muted })
  }

  seenBy(messageId: string): Promise<SeenAnswer> {
    return this.#services.http.call('GET', `${this.#path}/messages/${messageId}/seen`)
  }

  typing(): void {}

  stopTyping(): void {}

  async join(): Promise<void> {
    await this.#services.http.call('POST', `${this.#path}/join`)
    this.subscription.rejoin()
    this.#services.onMembership()
  }

  async leave(): Promise<void> {
    await this.#services.http.call('POST', `${this.#path}/leave`)
    this.#services.onMembership()
  }

  update(changes: UpdateRoomBody): Promise<Room> {
    return this.#services.http.call('PATCH', this.#path, changes)
  }

  async remove(): Promise<void> {
    await this.#services.http.call('DELETE', this.#path)
    this.#services.onMembership()
  }

  /** Read positions of this room have moved. */
  takeReads(reads: Reads['reads']): void {
    this.#store.applyReads(reads)
    const own = readBy(reads, this.#services.userId())
    if (own !== undefined) this.#services.readMarker.confirm(this.id, own)
  }

  /** What this room has on its way out is something else now. */
  takeOutgoing(entries: readonly OutboxEntry[]): void {
    this.#outgoing = entries
    this.#changed()
  }

  /** A message of this client is durable at `seq`. */
  takeAcknowledged(record: OutboxRecord, seq: number): void {
    this.#store.land({ ...messageOf(record), status: 'sent', error: null }, seq)
  }

  /** The list holds this room, read up to `seq`. Whoever was out of it may be back (`isCurrent`). */
  takeListed(seq: number, isCurrent: boolean): void {
    this.#store.markRead(seq)
    this.#services.readMarker.confirm(this.id, seq)
    if (isCurrent) this.subscription.rejoin()
  }

  /** What the list of rooms can learn from this one; null while it does not know better. */
  news(): RoomNews | null {
    const data = this.#store.data
    if (data === null || this.subscription.state.kind !== 'live') return null
    const { room, seq, messages } = data.state
    const { id, name, topic } = room
    const { unread, lastReadSeq } = this.getSnapshot()
    return { id, name, topic, seq, unread, lastReadSeq, lastMessage: messages.at(-1) ?? null }
  }

  #subscriptionOf(services: RoomServices): Subscription {
    return new Subscription({
      roomId: this.id,
      platform: services.platform,
      nextRef: services.nextRef,
      isUp: () => services.connection.isUp,
      send: frame => void services.connection.send(frame),
      applySnapshot: snapshot => {
        this.#store.applySnapshot(snapshot)
        services.readMarker.confirm(this.id, snapshot.lastReadSeq)
      },
      applyEvents: events => {
        this.#store.applyEvents(events)
        const userId = services.userId()
        if (events.some(event => userId !== null && movedBy(event) === userId)) services.onMembership()
      },
      dropContent: () => this.#store.drop(),
      onState: () => this.#changed(),
    })
  }

  #release(): void {
    this.#holders--
    if (this.#holders > 0) return
    this.#closing = this.#services.platform.scheduler.after(CLOSE_LINGER_MS, () => {
      this.#closing = null
      this.subscription.release()
    })
  }

  #changed(): void {
    this.#view = null
    this.#emitter.changed()
  }

  /** What the log shows of this person's messages need not be sent any more, however it came to be known. */
  #see(messages: readonly Message[]): void {
    const userId = this.#services.userId()
    for (const { senderId, clientId, id, seq, createdAt } of messages) {
      if (senderId !== userId) continue
      const result = { messageId: id, seq, at: createdAt, duplicate: false }
      this.#services.outbox.tell(this.id, { kind: 'seen', clientId, result })
    }
  }

  #fetchPage(cursor: string): Promise<HistoryPage> {
    return this.#services.http.call('GET', `${this.#path}/messages?${new URLSearchParams({ cursor })}`)
  }
}

/** Whom `event` makes a member, or one no longer. */
function movedBy(event: RoomEvent): string | null {
  if (event.kind === 'member.joined') return event.member.userId
  return event.kind === 'member.left' ? event.userId : null
}

function messageOf(record: OutboxRecord): Omit<PendingMessage, 'status' | 'error'> {
  const { clientId, content, replyTo, createdAt } = record
  return { clientId, content, replyTo, createdAt }
}

function pendingOf(entry: OutboxEntry): PendingMessage {
  const status = entry.phase === 'storing' ? 'queued' : entry.phase
  return { ...messageOf(entry.record), status, error: entry.refusal }
}
