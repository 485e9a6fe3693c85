import type { RoomHandle } from '@holdfast/client'
import { MemoryPresence, type PresenceStore } from '@holdfast/server/testing'
import { BanWatch } from './ban-watch.ts'
import type { Coverage } from './coverage.ts'
import { HintWatch } from './hint-watch.ts'
import { History } from './history.ts'
import { COMMIT_RULES } from './invariants/commits.ts'
import { Ledger } from './ledger.ts'
import { GOOD_LINE } from './line-manner.ts'
import type { Plan } from './plan.ts'
import { SimBus } from './sim-bus.ts'
import { SimDevice } from './sim-device.ts'
import { SimHost } from './sim-host.ts'
import { SimNetwork } from './sim-network.ts'
import { SimNode } from './sim-node.ts'
import { SimRandom } from './sim-random.ts'
import { SimStore, type StoreParts } from './sim-store.ts'
import { SimTime } from './sim-time.ts'
import { Trace } from './trace.ts'
import { Watch } from './watch.ts'

/** How long a connection is silent until its client asks, in milliseconds; a third of how long a node waits. The same goes for it. */
const HEARTBEAT_MS = 12_000
/** How long a reader may be too slow, in milliseconds: less than in the product, so that a short world meets it. */
const SLOW_READER_MS = 5_000

/** Everything there is: one store, one bus, nodes behind a balancer, and people's devices. */
export class SimWorld {
  readonly plan: Plan
  readonly time = new SimTime()
  readonly trace: Trace
  readonly history: History
  readonly watch: Watch
  readonly coverage: Coverage
  readonly store: SimStore
  readonly bus: SimBus
  /** Who is there, of several servers. */
  readonly #presence: MemoryPresence
  readonly network: SimNetwork
  /** The nodes' machine, which is the store's too in some worlds, has no power. */
  isDark = false
  readonly #devices: readonly SimDevice[]
  /** In which epoch of a room a device was last seen. */
  readonly #epochs = new Map<string, string>()
  /** The ids of the rooms, in the order of the plan. */
  readonly rooms: readonly string[]

  /** `keepTrace`: how many of the latest entries of its trace can be read in the end; default: those that one can read. */
  constructor(plan: Plan, coverage: Coverage, keepTrace?: number) {
    const random = new SimRandom(plan.seed)
    const { time } = this
    const { nodes, gateways = 0, delta, sendQueueBytes, devices, rooms, commitMs, delayMs } = plan.shape
    this.plan = plan
    this.coverage = coverage
    const nowMs = () => time.nowMs
    this.trace = new Trace(nowMs, keepTrace)
    this.history = new History(nowMs, this.trace)
    const onBreach = (id: string, what: string) => this.history.breach(id, what)
    const rules = COMMIT_RULES.map(rule => rule(onBreach))
    const bans = new BanWatch({ room: roomId => this.store.ledger.room(roomId), breach: onBreach })
    const ledger = new Ledger([...rules, bans], (event, roomId) =>
      this.trace.note('log', `${roomId} ${JSON.stringify(event)}`),
    )
    const { trace, history } = this
    this.watch = new Watch({ ledger, history, coverage, trace, nowMs, sendQueueBytes })
    const manner = { readMs: commitMs / 4, commitMs }
    const onRefused = (userId: string, clientId: string) => history.refused(userId, clientId)
    const hints = new HintWatch(coverage)
    const onRead: StoreParts['onRead'] = (...read) => hints.read(...read)
    this.store = new SimStore({ time, random: random.fork('store'), coverage, manner, ledger, onRefused, onRead })
    this.bus = new SimBus(time, random.fork('bus'), { loss: 0, repeat: 0, delayMs: 2 }, hints)
    this.network = new SimNetwork(random.fork('network'))
    this.#presence = new MemoryPresence(new SimHost('presence', time, random.fork('presence')).clock)
    const limits = { delta, sendQueueBytes, slowReaderMs: SLOW_READER_MS, heartbeatMs: HEARTBEAT_MS }
    for (let i = 0; i < nodes; i++) {
      // The server compares its counts with the log by itself, and tells of what differs.
      const onError = (text: string) => this.history.breach(text.includes('recount') ? 'SIG8' : 'IN1', text)
      const parts = {
        time,
        random: random.fork('nodes'),
        spread: random.fork('spread'),
        store: this.store,
        bus: this.bus,
        presence: this.#presence,
        onError,
        onBreach,
        bans,
        watch: this.watch,
        coverage,
        limits,
      }
      this.network.nodes.push(new SimNode(`node${i}`, parts, gateways))
    }
    this.rooms = rooms.map((_, i) => `room${i}`)
    const { network, watch } = this
    const onView = (device: SimDevice, room: RoomHandle) => this.#view(device, room)
    const parts = { time, random: random.fork('devices'), network, coverage, history, ledger, onView, watch }
    const line = { delayMs, ...GOOD_LINE }
    for (const node of network.nodes) node.start()
    this.#devices = devices.map((user, i) => {
      return new SimDevice(`device${i}`, userName(user), this.rooms, parts, { ...line })
    })
  }

  /** Those of the plan by their numbers, and behind them the second tabs that are open now. */
  get devices(): readonly SimDevice[] {
    return [...this.#devices, ...this.#devices.flatMap(({ tab }) => tab ?? [])]
  }

  /** Who is there, as the servers have it. Where several threads are one, it ends with them. */
  get presence(): PresenceStore {
    return this.network.nodes[0]?.presence ?? this.#presence
  }

  #view(device: SimDevice, room: RoomHandle): void {
    const view = room.getSnapshot()
    this.history.look(device.name, view)
    const { epoch } = view.continuity
    if (epoch === null) return
    const where = `${device.name} ${view.id}`
    if (epoch !== (this.#epochs.get(where) ?? epoch)) this.coverage.saw('epoch changed')
    this.#epochs.set(where, epoch)
  }

  /** Makes the rooms of the plan, before anything goes wrong. */
  async settle(): Promise<void> {
    for (const [i, { type, members }] of this.plan.shape.rooms.entries()) {
      const [creator = 0, ...others] = members
      const fields = { name: `Room ${i}`, topic: '', ephemeral: false, metadata: {}, members: others.map(userName) }
      const actor = { userId: userName(creator), name: userName(creator), isAdmin: false }
      await this.store.create({ kind: 'room.create', actor, roomId: `room${i}`, type, ...fields })
    }
    for (const device of this.devices) for (const roomId of this.rooms) device.open(roomId)
    await this.time.runUntil(this.time.nowMs + 1_000)
  }
}

/** The userId of the nth person. */
export function userName(user: number): string {
  return ['ann', 'bob', 'cy', 'dan', 'eve'][user] ?? `user${user}`
}
