import { assertNever } from '@holdfast/protocol'
import { GOOD_LINE } from './line-manner.ts'
import type { NodeFault, Step, WorldFault, WorldTrouble } from './plan.ts'
import { restoreBackup } from './restore.ts'
import type { SimNode } from './sim-node.ts'
import type { SimWorld } from './sim-world.ts'

/** How wrong a node's clock that is set may be, in milliseconds. One whose clock is more wrong than tokens live accepts none. */
const NODE_CLOCK_MS = 40_000
/** How long a machine is without power at most, in milliseconds. */
const MOST_DARK_MS = 20_000

/** Has something go wrong with a node. */
export function harmNode(world: SimWorld, step: Extract<Step, { kind: NodeFault }>): void {
  const node = world.network.nodes[step.node]
  if (node === undefined || !node.isUp) return
  world.coverage.saw(step.kind)
  const undo = beginNodeFault(world, node, step)
  if (undo !== null) world.time.after(step.forMs, undo)
}

function beginNodeFault(world: SimWorld, node: SimNode, step: Extract<Step, { kind: NodeFault }>): (() => void) | null {
  switch (step.kind) {
    case 'killNode':
      // Mostly while something is being written, and whoever writes it: that is when it matters.
      if (step.pick % 4 === 0) return kill(world, node, step.pick)
      world.store.ambush(host => {
        const writing = world.network.nodes.find(each => each.host === host)
        if (writing !== undefined) world.time.after(step.forMs, kill(world, writing, step.pick))
      })
      return null
    case 'stopNode':
      void node.stop()
      return () => start(world, node)
    case 'sleepNode': {
      const { host } = node
      host?.sleep()
      return () => {
        if (host !== null && host.wake() > 0) world.coverage.saw('node overslept')
      }
    }
    case 'nodeClock':
      node.host?.setSkew((step.pick % (2 * NODE_CLOCK_MS)) - NODE_CLOCK_MS)
      return null
    default:
      return assertNever(step.kind)
  }
}

/** Gives what starts it again. */
function kill(world: SimWorld, node: SimNode, pick: number): () => void {
  node.kill((pick >>> 8) % 2 === 0)
  return () => start(world, node)
}

/** There is power for it. */
function start({ isDark }: SimWorld, node: SimNode): void {
  if (!isDark) node.start()
}

type WorldStep = Extract<Step, { kind: WorldFault | WorldTrouble }>

/** Has something go wrong with what all have in common. */
export function harmWorld(world: SimWorld, step: WorldStep): void {
  // One node's hints to itself need no bus.
  if (step.kind === 'busBad' && world.network.nodes.length < 2) return
  world.coverage.saw(step.kind)
  const { store, bus, time } = world
  switch (step.kind) {
    case 'storeFull':
      store.troubles.isFull = true
      time.after(step.forMs, () => {
        store.troubles.isFull = false
      })
      return
    case 'storeAway':
      store.troubles.way.shut()
      time.after(step.forMs, () => store.troubles.way.open())
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
      cutAll(world)
      return
    case 'storeLocked':
      store.troubles.lock.shut()
      time.after(step.forMs, () => store.troubles.lock.open())
      return
    case 'powerLoss':
      // Mostly while something is being written: that is when it matters.
      if (step.pick % 4 === 0) darken(world, Math.min(step.forMs, MOST_DARK_MS))
      else store.ambush(() => darken(world, Math.min(step.forMs, MOST_DARK_MS)))
      return
    case 'syncFails':
      store.ambush(() => store.failSync())
      return
    case 'restore':
      void restoreBackup(world, step.pick)
      for (const node of world.network.nodes) {
        node.kill(step.pick % 2 === 0)
        time.after(Math.min(step.forMs, MOST_DARK_MS), () => start(world, node))
      }
      return
    default:
      assertNever(step)
  }
}

/** Every connection ends at the same moment. One alone is no storm. */
function cutAll({ devices, coverage }: SimWorld): void {
  const before = coverage.count('connection reset')
  for (const device of devices) device.reset()
  if (coverage.count('connection reset') - before > 1) coverage.saw('all cut at once')
}

/** The store's machine loses its power; with it, where that is one machine, do the nodes. */
function darken(world: SimWorld, forMs: number): void {
  const { store, time, network, plan } = world
  store.losePower()
  const { isOneMachine } = plan.shape
  world.isDark ||= isOneMachine
  if (isOneMachine) for (const node of network.nodes) node.kill(false)
  time.after(forMs, () => {
    void store.returnPower()
    if (!isOneMachine) return
    world.isDark = false
    for (const node of network.nodes) node.start()
  })
}

/**
 * Everything works again, whatever had befallen it. Only a device that was told that it has no network is told that it has one: whoever was
 * told nothing finds out for itself.
 */
export async function heal(world: SimWorld): Promise<void> {
  const { store, bus, network, devices } = world
  await store.heal()
  world.isDark = false
  bus.manner.loss = 0
  bus.manner.repeat = 0
  for (const node of network.nodes) {
    node.start()
    node.host?.wake()
    node.threads?.heal()
  }
  for (const device of devices) {
    Object.assign(device.line, GOOD_LINE)
    device.storage.heal()
    device.host.wake()
    if (device.isToldDown) device.tell('up')
  }
}
