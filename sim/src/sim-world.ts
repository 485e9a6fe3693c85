import type { RoomHandle } from '@holdfast/client'
import { decodeDown } from '@holdfast/protocol'
import { MemoryPresence } from '@holdfast/server/testing'
import type { Coverage } from './coverage.ts'
import { History } from './history.ts'
import type { Plan } from './plan.ts'
import { SimBus } from './sim-bus.ts'
import { SimDevice } from './sim-device.ts'
import { SimHost } from './sim-host.ts'
import { SimNetwork } from './sim-network.ts'
import { SimNode } from './sim-node.ts'
import { SimRandom } from './sim-random.ts'
import { SimStore } from './sim-store.ts'
import { SimTime } from './sim-time.ts'

/** How long a reader may be too slow, in milliseconds: less than in the product, so that a short world meets it. */
const SLOW_READER_MS = 5_000

/** Everything there is: one store, one bus, nodes behind a balancer, and people's devices. */
export class SimWorld {
  readonly plan: Plan
  readonly time = new SimTime()
  readonly history = new History(() => this.time.nowMs)
  readonly coverage: Coverage
  readonly store: SimStore
  readonly bus: SimBus
  readonly presence: MemoryPresence
  readonly network: SimNetwork
  readonly devices: readonly SimDevice[]
  /** The ids of the rooms, in the order of the plan. */
  readonly rooms: readonly string[]

  constructor(plan: Plan, coverage: Coverage) {
    const random = new SimRandom(plan.seed)
    const { time } = this
    const { nodes, delta, sendQueueBytes, devices, rooms, commitMs, delayMs } = plan.shape
    this.plan = plan
    this.coverage = coverage
    const manner = { readMs: commitMs / 4, commitMs, isFull: false, isAway: false }
    this.store = new SimStore(time, random.fork('store'), coverage, manner)
    this.bus = new SimBus(time, random.fork('bus'), { loss: 0, repeat: 0, delayMs: 2 })
    this.network = new SimNetwork(random.fork('network'))
    this.presence = new MemoryPresence(new SimHost('presence', time, random.fork('presence')).clock)
    const limits = { delta, sendQueueBytes, slowReaderMs: SLOW_READER_MS }
    for (let i = 0; i < nodes; i++) {
      const onError = (text: string) => this.history.breach('IN1', text)
      const onSent = (userId: string, text: string) => this.#look(userId, text)
      const parts = {
        time,
        random: random.fork('nodes'),
        store: this.store,
        bus: this.bus,
        presence: this.presence,
        onError,
        onSent,
        limits,
      }
      this.network.nodes.push(new SimNode(`node${i}`, parts))
    }
    this.rooms = rooms.map((_, i) => `room${i}`)
    const onView = (device: SimDevice, room: RoomHandle) => this.history.look(device.name, room.getSnapshot())
    const parts = { time, random: random.fork('devices'), network: this.network, coverage, onView }
    const line = { delayMs, isCut: false, bytesPerSecond: 0, loss: 0, repeat: 0 }
    for (const node of this.network.nodes) node.start()
    this.devices = devices.map((user, i) => new SimDevice(`device${i}`, userName(user), this.rooms, parts, { ...line }))
  }

  /** GONE1: nothing of a private room reaches whoever is out of it, as of the log at this moment. */
  #look(userId: string, text: string): void {
    for (const frame of decodeDown(text) ?? []) {
      if (frame.type === 'room.detached') this.coverage.saw(`detached ${frame.code}`)
      if (frame.type === 'error') this.coverage.saw(`refused ${frame.code}`)
      // The sender may never hear of it, send it again, and find it taken: what was written later is there before it then.
      if (frame.type === 'error' && !frame.retryable) this.history.refused(userId, frame.clientId)
      const breach = this.store.members.breachOf(userId, frame)
      if (breach === null) continue
      const { roomId, seq, left } = breach
      this.history.breach(
        'GONE1',
        `${userId} was sent ${frame.type} up to ${seq} of ${roomId}, which they left at ${left}`,
      )
    }
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
