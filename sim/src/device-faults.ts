import { assertNever } from '@holdfast/protocol'
import type { DeviceFault, DeviceTrouble, Step } from './plan.ts'
import { shutOut } from './shut-out.ts'
import type { SimDevice } from './sim-device.ts'
import type { SimWorld } from './sim-world.ts'

/** How wrong a device's clock that is set may be, in milliseconds. */
const DEVICE_CLOCK_MS = 3_600_000

type DeviceStep = Extract<Step, { kind: DeviceFault | DeviceTrouble }>

/** Has something go wrong with a device, for `forMs` where it is a state and no moment. */
export function harmDevice(world: SimWorld, step: DeviceStep): void {
  const device = world.devices[step.device]
  if (device === undefined) return
  world.coverage.saw(step.kind)
  const undo = begin(world, device, step)
  if (undo !== null) world.time.after(step.forMs, undo)
}

function begin(world: SimWorld, device: SimDevice, step: DeviceStep): (() => void) | null {
  switch (step.kind) {
    case 'storageFull':
    case 'storageQuota':
    case 'storageBlocked':
    case 'storageRefuses':
    case 'evict':
      return harmStorage(device, step.kind, step.pick)
    case 'cut':
    case 'slowLine':
    case 'badHttp':
    case 'oddHttp':
    case 'oneWay':
      return harmLine(device, step.kind, step.pick)
    case 'shutOut':
      return shutOut(world, device, step.room, step.pick)
    case 'reset':
      device.reset()
      return null
    case 'tear':
      device.tear()
      return null
    case 'freeze':
      device.freeze()
      return null
    case 'reload':
      device.reload()
      return null
    case 'tab':
      if (!device.openTab(step.pick % 2 === 0)) return null
      world.coverage.saw('second tab')
      return () => device.closeTab()
    case 'sleep': {
      const { host } = device
      host.sleep()
      return () => {
        if (host.wake() > 0) world.coverage.saw('device overslept')
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

type LineFault = 'cut' | 'slowLine' | 'badHttp' | 'oddHttp' | 'oneWay'

function harmLine(device: SimDevice, kind: LineFault, pick: number): () => void {
  const { line } = device
  switch (kind) {
    case 'cut':
      line.isCut = true
      if (pick % 2 === 0) device.tell('down')
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
    case 'oddHttp':
      line.oddity = 0.4
      return () => {
        line.oddity = 0
      }
    case 'oneWay': {
      const way = pick % 2 === 0 ? 'isMute' : 'isDeaf'
      line[way] = true
      return () => {
        line[way] = false
      }
    }
    default:
      return assertNever(kind)
  }
}

type StorageFault = 'storageFull' | 'storageQuota' | 'storageBlocked' | 'storageRefuses' | 'evict'

function harmStorage(device: SimDevice, kind: StorageFault, pick: number): (() => void) | null {
  const { storage } = device
  switch (kind) {
    case 'storageFull':
      storage.isFull = true
      return () => {
        storage.isFull = false
      }
    case 'storageQuota':
      storage.room = pick % 4
      return () => {
        storage.room = Number.POSITIVE_INFINITY
      }
    case 'storageBlocked':
      storage.block()
      if (pick % 2 === 0) device.reload()
      return () => storage.unblock()
    case 'storageRefuses':
      storage.refuses = true
      device.reload()
      return () => {
        storage.refuses = false
      }
    case 'evict':
      device.evict()
      return null
    default:
      return assertNever(kind)
  }
}
