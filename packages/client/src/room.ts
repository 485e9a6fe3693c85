import type { HistoryPage, Message, Reads, Refusal, RoomListEntry } from '@holdfast/protocol'
import type { Changes } from './changes.ts'
import type { Connection } from './connection/connection.ts'
import type { Requests } from './connection/requests.ts'
import type { Http } from './http.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { OutboxEntry } from './outbox/outbox-state.ts'
import type { OutboxRecord } from './outbox/outbox-storage.ts'
import type { ClientPlatform } from './platform/platform.ts'
import type { Cancel } from './platform/scheduler.ts'
import { RoomCommands } from './room-commands.ts'
import type { RoomHandle, SendHandle, SendOptions } from './room-handle.ts'
import type { RoomNews } from './rooms/room-list-data.ts'
import { OwnReading } from './signals/own-reading.ts'
import type { Signals } from './signals/signals.ts'
import { typingTeller } from './signals/typing-teller.ts'
import { HistoryLoader } from './store/history-loader.ts'
import { movedBy } from './store/moved-by.ts'
import { holdsUnread, readBy } from './store/room-data.ts'
import { RoomStore } from './store/room-store.ts'
import type { RoomView } from './store/room-view.ts'
import { RoomViewBuilder } from './store/room-view-builder.ts'
import { RowList } from './store/row-list.ts'
import { pendingRow } from './store/timeline.ts'
import type { PendingEntry } from './store/timeline-entry.ts'
import { readingOf } from './sync/reading.ts'
import { Subscription } from './sync/subscription.ts'

/** What all rooms of a client share. */
export interface RoomServices {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly connection: Connection
  readonly requests: Requests
  readonly outbox: Outbox
  readonly signals: Signals
  readonly http: Http
  nextRef(): string
  userId(): string | null
  onMuted(roomId: string, muted: boolean): void
  /** This person has come into a room or is out of one. */
  onMembership(): void
}

/** A room that nobody holds open any more stays subscribed so long: whoever comes back at once finds it live. Milliseconds. */
export const CLOSE_LINGER_MS = 1_000

/** One room: puts its subscription, its store and its way out together, and delegates to them. */
export class ClientRoom extends RoomCommands implements RoomHandle {
  // Declared only, for its bytes: see HoldfastClient in client.ts. The constructor sets it.
  declare readonly subscription: Subscription
  readonly #services: RoomServices
  readonly #store: RoomStore
  readonly #history: HistoryLoader
  readonly #builder: RoomViewBuilder
  readonly #outgoing = new RowList<OutboxEntry, PendingEntry>()
  readonly #reading: OwnReading
  readonly #typing: ReturnType<typeof typingTeller>
  #view: RoomView | null = null
  #holders = 0
  #closing: Cancel | null = null

  constructor(id: string, services: RoomServices) {
    super(id, services)
    this.#services = services
    this.#builder = new RoomViewBuilder(id)
    this.#store = new RoomStore({
      ...services,
      onChange: () => this.changed(),
      onMessages: messages => this.#see(messages),
    })
    this.#history = new HistoryLoader({
      store: this.#store,
      fetchPage: cursor => this.#fetchPage(cursor),
      onChange: () => this.changed(),
    })
    this.#reading = new OwnReading({
      roomId: id,
      path: this.path,
      http: services.http,
      marker: services.signals.readMarker,
      store: this.#store,
      isHeld: () => this.#holders > 0,
      onChange: () => this.changed(),
    })
    this.#typing = typingTeller(services.platform, what => {
      services.connection.send({ type: `typing.${what}`, roomId: id })
    })
    this.subscription = this.#subscriptionOf(services)
  }

  getSnapshot(): RoomView {
    this.#view ??= this.#builder.build({
      reading: readingOf(this.subscription.state),
      data: this.#store.data,
      pending: this.#store.landed.concat(this.#outgoing.rows),
      userId: this.#services.userId(),
      loadingOlder: this.#history.isLoading,
      isMarkedUnread: this.#reading.isMarkedUnread,
      muted: this.#reading.muted,
      typing: this.#services.signals.typing.of(this.id),
      showsReads: this.#services.signals.showsReads,
    })
    return this.#view
  }

  open(): () => void {
    this.#holders++
    this.#closing?.()
    this.#closing = null
    this.subscription.open()
    this.#services.signals.presence.hold(this.id, true)
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
    const handle = this.#services.outbox.add({ roomId: this.id, content, kind, replyTo, mentions, seen })
    this.stopTyping()
    this.#reading.release()
    return handle
  }

  retry(clientId: string): void {
    this.#services.outbox.retry(this.id, clientId)
  }

  async discard(clientId: string): Promise<void> {
    this.#services.outbox.tell(this.id, { kind: 'discard', clientId })
  }

  loadOlder(): Promise<void> {
    return this.#history.loadOlder()
  }

  markRead(seq?: number): void {
    const state = this.#store.data?.state
    this.#reading.markRead(seq ?? state?.messages.at(-1)?.seq ?? 0, state?.seq)
  }

  markUnread(seq: number): Promise<void> {
    return this.#reading.markUnread(seq)
  }

  async setMuted(muted: boolean): Promise<void> {
    await this.#reading.setMuted(muted)
    this.#services.onMuted(this.id, muted)
  }

  typing(): void {
    if (this.subscription.state.kind === 'live') this.#typing.dispatch({ kind: 'key' })
  }

  stopTyping(): void {
    this.#typing.dispatch({ kind: 'stop' })
  }

  async join(): Promise<void> {
    await this.#services.http.call('POST', `${this.path}/join`)
    this.subscription.rejoin()
    this.#services.onMembership()
  }

  async leave(): Promise<void> {
    await this.#services.http.call('POST', `${this.path}/leave`)
    this.#services.onMembership()
  }

  /** Read positions of this room have moved. */
  takeReads({ reads, readRevision = 0 }: Reads): void {
    const lastReadSeq = readBy(reads, this.#services.userId())
    const own = lastReadSeq === undefined ? null : { lastReadSeq, readRevision }
    this.#reading.hear(own, () => this.#store.applyReads(reads, own))
  }

  /** The server has not done what `ref` asked: one of this room's commands, or of another's. */
  takeRefusal(refusal: Refusal, ref: string | null): void {
    this.subscription.takeRefusal(refusal, ref)
    this.#reading.takeRefusal(refusal, ref)
  }

  /** What this room has on its way out is something else now. */
  takeOutgoing(entries: readonly OutboxEntry[]): void {
    const shown = entries.filter(({ isDiscarded }) => !isDiscarded)
    this.#outgoing.follow(shown, ({ record, phase, refusal }) =>
      pendingRow(record, phase === 'storing' ? 'queued' : phase, refusal),
    )
    this.changed()
  }

  /** A message of this client is durable at `seq`. */
  takeAcknowledged(record: OutboxRecord, seq: number): void {
    this.#store.land(pendingRow(record, 'sent', null), seq)
  }

  /** What is on its way, and held of the log already, need not be sent. */
  settle(): void {
    this.#see(this.#store.data?.state.messages ?? [])
  }

  /** The line that the list holds of this room. Whoever was out of it may be back (`isCurrent`). */
  takeListed(line: RoomListEntry, isCurrent: boolean): void {
    this.#reading.hear(line, () => this.#store.takeLine(line))
    this.#reading.hearMuted(line.muted)
    if (isCurrent) this.subscription.rejoin()
  }

  /** What the list of rooms can learn from this one; null while it does not know better. */
  news(): RoomNews | null {
    const data = this.#store.data
    if (data === null || this.subscription.state.kind !== 'live') return null
    const { room, seq, messages } = data.state
    const { id, name, topic } = room
    const { unread, mentions } = this.getSnapshot()
    const { lastReadSeq, readRevision } = data
    const lastMessage = messages.at(-1) ?? null
    const counted = holdsUnread(data) && { mentions }
    return { id, name, topic, seq, unread, ...counted, lastReadSeq, readRevision, lastMessage }
  }

  /** Whether it is live, and this person is among the members held: only then the server tells of them. */
  shows(userId: string): boolean {
    return this.subscription.state.kind === 'live' && this.#store.data?.state.members.has(userId) === true
  }

  /** What is shown of it is to be made anew. */
  override changed(): void {
    this.#view = null
    super.changed()
  }

  #subscriptionOf(services: RoomServices): Subscription {
    return new Subscription({
      roomId: this.id,
      platform: services.platform,
      nextRef: services.nextRef,
      isUp: () => services.connection.isUp,
      send: frame => void services.connection.send(frame),
      applySnapshot: snapshot => this.#reading.hear(snapshot, () => this.#store.applySnapshot(snapshot)),
      applyEvents: events => {
        this.#store.applyEvents(events)
        const moved = events.flatMap(event => movedBy(event) ?? [])
        if (moved.length > 0) services.signals.presence.prune()
        if (moved.some(userId => userId === services.userId())) services.onMembership()
        for (const event of events) {
          if (event.kind === 'message.created') services.signals.typing.end(this.id, event.by)
        }
      },
      dropContent: () => {
        this.#store.drop()
        this.#reading.forget()
      },
      onState: ({ kind }) => {
        if (kind !== 'live') {
          this.stopTyping()
          services.signals.typing.clear(this.id)
          services.signals.presence.prune()
        }
        this.changed()
      },
    })
  }

  #release(): void {
    this.#holders--
    if (this.#holders > 0) return
    this.stopTyping()
    this.#reading.release()
    this.#closing = this.#services.platform.scheduler.after(CLOSE_LINGER_MS, () => {
      this.#closing = null
      this.subscription.release()
      this.#services.signals.presence.hold(this.id, false)
    })
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
    return this.#services.http.call('GET', `${this.path}/messages?${new URLSearchParams({ cursor })}`)
  }
}
