import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { DEPARTURES_A_TURN, Departures } from '../../src/transport/departures.ts'

/** A crowd larger than three turns. */
const CROWD = 3 * DEPARTURES_A_TURN + 1

class Peer extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, callback: () => void): void {
    callback()
  }
}

const loop = () => new Promise(setImmediate)

/** A crowd that is read from. What each is told is noted; the turns come when the test says so. */
function crowd() {
  let next: (() => void)[] = []
  const departures = new Departures({ after: () => () => {}, soon: task => void next.push(task) })
  const told: string[][] = []
  const peers = Array.from({ length: CROWD }, () => {
    const peer = new Peer()
    const heard: string[] = []
    peer.on('end', () => heard.push('at once'))
    departures.pace(peer, () => {
      peer.once('end', () => heard.push('end'))
      peer.on('close', () => heard.push('close'))
    })
    told.push(heard)
    return peer.resume()
  })
  async function turn(): Promise<void> {
    const tasks = next
    next = []
    for (const task of tasks) task()
    await loop()
  }
  return { peers, told, turn }
}

test.each([
  ['that ends', (peer: Peer) => peer.push(null)],
  ['that is reset', (peer: Peer) => peer.destroy()],
] as const)('of a crowd %s at once so many are let go in a turn, and all are', async (_, cut) => {
  const { peers, told, turn } = crowd()
  for (const peer of peers) cut(peer)
  await loop()
  let before = 0
  for (let turns = 0; before < CROWD; turns++) {
    expect(turns).toBeLessThan(100)
    const now = told.filter(heard => heard.includes('end') || heard.includes('close')).length
    expect(now - before).toBeLessThanOrEqual(DEPARTURES_A_TURN)
    before = now
    await turn()
  }
})

test('each listener of each socket is told once, in the order in which it happened, and who listened before at once', async () => {
  const { peers, told, turn } = crowd()
  for (const peer of peers) {
    peer.end()
    peer.push(null)
  }
  await loop()
  expect(told.every(heard => heard[0] === 'at once')).toBe(true)
  for (let i = 0; i < 20; i++) await turn()
  expect(told).toEqual(Array.from({ length: CROWD }, () => ['at once', 'end', 'close']))
})
