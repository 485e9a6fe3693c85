import { openSync } from 'node:fs'
import { assertNever } from '@holdfast/protocol'
import { Device } from './device.ts'
import { note } from './history-lines.ts'
import type { Answered, Told } from './orders.ts'
import type { RecorderOrder, RecorderSpec } from './recorder.ts'
import { recordedWebSocket } from './wire.ts'

/** A process of people's devices: the real SDK, told by a test what to do. What they did and saw goes into a file. */

const spec = JSON.parse(process.env.RECORDER ?? '') as RecorderSpec
const file = openSync(spec.file, 'a')
const userOf = new Map(spec.devices.map(({ device, userId }) => [device, userId]))
let tokenOffsetMs = 0

globalThis.WebSocket = recordedWebSocket((device, saw) => {
  note(file, { ...saw, device, userId: userOf.get(device) ?? '' })
})

const devices = spec.devices.map(device => {
  const { url, seed } = spec
  return new Device(device, {
    url,
    seed,
    tokenOffsetMs: () => tokenOffsetMs,
    onSaw: saw => note(file, { ...saw, device: device.device, userId: device.userId }),
  })
})

async function obey(order: RecorderOrder): Promise<unknown> {
  switch (order.do) {
    case 'write':
      for (const device of devices) device.write(order.operations, order.bytes)
      return
    case 'rest':
      return all(device => device.rest())
    case 'connect':
      for (const device of devices) device.connect()
      return
    case 'type':
      for (const device of devices) device.type()
      return
    case 'reach':
      return all(device => device.reach(order.heads))
    case 'note-views':
      for (const device of devices) device.noteViews()
      return
    case 'token-clock':
      tokenOffsetMs = order.offsetMs
      return
    case 'status':
      return devices.map(device => device.status)
    default:
      return assertNever(order)
  }
}

async function all(what: (device: Device) => Promise<void>): Promise<void> {
  await Promise.all(devices.map(what))
}

process.on('message', ({ id, to, order }: Told<RecorderOrder>) => {
  if (to !== 'program') return
  const answered = (answer: Partial<Answered>) => process.send?.({ id, from: to, ...answer } satisfies Answered)
  obey(order).then(
    answer => answered({ answer }),
    (error: Error) => answered({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit(1))
