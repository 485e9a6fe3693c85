import { describe, expect, it } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import type { RoomReads } from '../../src/log/room-log.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import { pack } from '../../src/workers/command-parcel.ts'
import { GatewayRooms } from '../../src/workers/gateway-rooms.ts'
import { Line, remote } from '../../src/workers/line.ts'
import { COMMITS, EPHEMERAL, type OwnerServes } from '../../src/workers/owner-served.ts'
import { ann } from '../log/kit.ts'
import { type LogKind, roomLogContract } from '../log/room-log-contract.ts'
import { type OwnerKit, openOwner } from './owner-kit.ts'
import { portPair } from './port-pair.ts'

/** The rooms as a gateway has them: commits go to the owner and ephemeral rooms are read of it; the others are read beside it. */
const open: LogKind['open'] = async platform => {
  const kit = await openOwner(systemPlatform, platform)
  const [ownerPort, port] = portPair()
  kit.owner.attach(ownerPort)
  const line = new Line({ port, serves: {} })
  const log = gatewayRooms(kit, line, await kit.reader())
  const dispose = async () => {
    await log.close()
    await kit.dispose()
  }
  return { log, dispose }
}

roomLogContract('stored rooms behind a gateway', { open, ephemeral: false })
roomLogContract('ephemeral rooms behind a gateway', { open, ephemeral: true })

function gatewayRooms(kit: OwnerKit, line: Line, durable: RoomReads): GatewayRooms {
  return new GatewayRooms({
    durable,
    ephemeral: remote<OwnerServes['ephemeral']>(line, 'ephemeral', EPHEMERAL),
    none: kit.none(),
    hasEphemeral: kit.hasEphemeral,
    commits: remote<OwnerServes['commits']>(line, 'commits', COMMITS),
  })
}

const ROOM = { kind: 'room.create', roomId: 'r', name: 'r', type: 'private', topic: '', ephemeral: false } as const

describe('what a gateway reads and nobody has authorised:', () => {
  const reads: Readonly<Record<string, (log: GatewayRooms) => Promise<unknown>>> = {
    events: log => log.events('r', 0, 10),
    head: log => log.head('r'),
    people: log => log.people('r', 10),
    shownReads: log => log.shownReads('r'),
    inboxCursor: log => log.inboxCursor(),
  }
  it.each(Object.keys(reads))('`%s` is answered after the news of all that was read has come', async method => {
    const kit = await openOwner()
    // The answers of the owner wait here with the news.
    const held: (() => void)[] = []
    const [ownerPort, port] = portPair()
    const [writerPort, farPort] = portPair()
    kit.owner.attach({ ...ownerPort, post: message => void held.push(() => ownerPort.post(message)) })
    kit.owner.attach(writerPort)
    const heard: (BusMessage | 'read')[] = []
    const line = new Line({ port, serves: {}, onTold: message => heard.push(message as BusMessage) })
    const log = gatewayRooms(kit, line, await kit.reader())
    const writing = new Line({ port: farPort, serves: {} })
    const commits = remote<OwnerServes['commits']>(writing, 'commits', COMMITS)
    await commits.commit(pack([{ ...ROOM, actor: ann, metadata: {}, members: ['bob'] }]))
    const reading = reads[method]?.(log).then(() => heard.push('read'))
    // All that is told and answered meanwhile; the answer to the read is the last.
    await expect.poll(() => held.length).toBeGreaterThan(1)
    expect(heard).toEqual([])
    for (const post of held) post()
    await reading
    expect(heard.length).toBeGreaterThan(1)
    expect(heard.indexOf('read')).toBe(heard.length - 1)
    await log.close()
    await kit.dispose()
  })
})
