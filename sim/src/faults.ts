import { assertNever } from '@holdfast/protocol'
import type { DeviceFault, NodeFault, Step, WorldFault } from './plan.ts'
import type { SimDevice } from './sim-device.ts'
import type { SimNode } from './sim-node.ts'
import type { SimWorld } from './sim-world.ts'

/** How wrong a clock that is set may be, in milliseconds. A node whose clock is more wrong than tokens live accepts none. */
const DEVICE_CLOCK_MS = 3_600_000
const NODE_CLOCK_MS = 40_000

/** Has something go wrong with a device, for `forMs` where it is a state and no moment. */
export function harmDevice(world: SimWorld, step: Extract<Step, { kind: DeviceFault }>): void {
  const device = world.devices[step.device]
  if (device === undefined) return
  world.coverage.saw(step.kind)
  const undo = beginDeviceFault(device, step)
  if (undo !== null) world.time.after(step.forMs, undo)
}

function beginDeviceFault(device: SimDevice, step: Extract<Step, { kind: DeviceFault }>): (() => void) | null {
  const { line } = device
  switch (step.kind) {
    case 'reset':
      device.reset()
      return null
    case 'freeze':
      device.freeze()
      return null
    case 'cut':
      line.isCut = true
      if (step.pick % 2 === 0) device.tell('down')
      return () => {
        line.isCut = false
        device.tell('up')
      }
    case 'slowLine':
      line.bytesPerSecond = 500
      return () => {
        line.bytesPerSecond = 0
      }
    case 'badHttp':
      line.loss = 0.3
      line.repeat = 0.3
      return () => {
        line.loss = 0
        line.repeat = 0
      }
    case 'reload':
      device.reload()
      return null
    case 'storageFull':
      device.storage.isFull = true
      return () => {
        device.storage.isFull = false
      }
    case 'sleep': {
      const { host } = device
      host.sleep()
      return () => {
        host.wake()
        device.tell('visible')
      }
    }
    case 'clock':
      device.host.setSkew((step.pick % (2 * DEVICE_CLOCK_MS)) - DEVICE_CLOCK_MS)
      return null
    default:
      return assertNever(step.kind)
  }
}

/** Has something go wrong with a node. */
export function harmNode(world: SimWorld, step: Extract<Step, { kind: NodeFault }>): void {
  const node = world.network.nodes[step.node]
  if (node === undefined || !node.isUp) return
  world.coverage.saw(step.kind)
  const undo = beginNodeFault(node, step)
  if (undo !== null) world.time.after(step.forMs, undo)
}

function beginNodeFault(node: SimNode, step: Extract<Step, { kind: NodeFault }>): (() => void) | null {
  switch (step.kind) {
    case 'killNode':
      node.kill(step.pick % 2 === 0)
      return () => node.start()
    case 'stopNode':
      void node.stop()
      return () => node.start()
    case 'sleepNode': {
      const { host } = node
      host?.sleep()
      return () => host?.wake()
    }
    case 'nodeClock':
      node.host?.setSkew((step.pick % (2 * NODE_CLOCK_MS)) - NODE_CLOCK_MS)
      return null
    default:
      return assertNever(step.kind)
  }
}

/** Has something go wrong with what all have in common. */
export function harmWorld(world: SimWorld, step: Extract<Step, { kind: WorldFault }>): void {
  world.coverage.saw(step.kind)
  const { store, bus, time, devices } = world
  switch (step.kind) {
    case 'storeFull':
      store.manner.isFull = true
      time.after(step.forMs, () => {
        store.manner.isFull = false
      })
      return
    case 'storeAway':
      store.manner.isAway = true
      time.after(step.forMs, () => {
        store.manner.isAway = false
      })
      return
    case 'busBad':
      bus.manner.loss = 0.3
      bus.manner.repeat = 0.3
      time.after(step.forMs, () => {
        bus.manner.loss = 0
        bus.manner.repeat = 0
      })
      return
    case 'dropAll':
      for (const device of devices) device.reset()
      return
    default:
      assertNever(step.kind)
  }
}

/** Everything works again, whatever had befallen it. */
export function heal({ store, bus, network, devices }: SimWorld): void {
  store.manner.isFull = false
  store.manner.isAway = false
  bus.manner.loss = 0
  bus.manner.repeat = 0
  for (const node of network.nodes) {
    node.start()
    node.host?.wake()
  }
  for (const device of devices) {
    Object.assign(device.line, { isCut: false, bytesPerSecond: 0, loss: 0, repeat: 0 })
    device.storage.isFull = false
    device.host.wake()
    device.tell('up')
    device.tell('visible')
  }
}
