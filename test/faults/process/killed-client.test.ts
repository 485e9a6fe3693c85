import { afterEach, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'

/** How often a client dies, and how many of its messages are acknowledged by then. */
const DEATHS = [5, 23, 60]

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

test('[SEND1] [DUR2] kill -9 of a client in the middle of sending: what it was told is there, nothing is there twice, nobody else notices', async () => {
  world = await FaultWorld.start({ seed: 'killed-client', members: ['bob', 'cyd'] })
  const others = await world.people('bob.1', 'cyd.1')
  for (const [life, acked] of DEATHS.entries()) {
    const dying = await world.people(`ann.${life + 1}`)
    await others.tell({ do: 'write', operations: 40, bytes: 0 })
    await dying.tell({ do: 'write', operations: 1_000, bytes: 0 })
    await world.until(`${acked} messages are acknowledged`, async () => {
      return (await dying.status()).every(status => status.acked >= acked && status.waiting > 0)
    })
    await world.kill(dying)
  }
  const last = await world.people(`ann.${DEATHS.length + 1}`)
  await last.tell({ do: 'write', operations: 20, bytes: 0 })
  expect(await world.verdict()).toEqual([])
  const lines = world.lines()
  expect(lines.some(({ what, device }) => what === 'disconnected' && !device.startsWith('ann'))).toBe(false)
})
