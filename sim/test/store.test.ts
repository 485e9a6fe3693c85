import type { LogCommand, Outcome } from '@holdfast/server/testing'
import { expect, test } from 'vitest'
import { Coverage } from '../src/coverage.ts'
import { Ledger } from '../src/ledger.ts'
import { SimHost } from '../src/sim-host.ts'
import { SimRandom } from '../src/sim-random.ts'
import { SimStore } from '../src/sim-store.ts'
import { SimTime } from '../src/sim-time.ts'

const ANN = { userId: 'ann', name: 'Ann', isAdmin: false }
const COMMIT_MS = 100

/** A store with one room, and a node that uses it. */
async function made(seed = 'store') {
  const [time, random, coverage] = [new SimTime(), new SimRandom(seed), new Coverage()]
  const manner = { readMs: 0, commitMs: COMMIT_MS, isFull: false, isAway: false }
  const store = new SimStore({ time, random, coverage, manner, ledger: new Ledger([], () => {}), onRefused: () => {} })
  const fields = { name: 'R', topic: '', ephemeral: false, metadata: {}, members: [] }
  await store.create({ kind: 'room.create', actor: ANN, roomId: 'r', type: 'private', ...fields })
  const log = store.of(new SimHost('node', time, random.fork('node')))
  return { store, time, log, coverage, events: () => store.truth.events('r', 0, 100) }
}

function topicIs(topic: string): LogCommand {
  return { kind: 'room.update', actor: ANN, roomId: 'r', changes: { topic } }
}

test('a store that is put back holds the very events of the backup, and its logs have epochs of their own', async () => {
  const { store, time, log, events } = await made()
  for (const topic of ['a', 'b', 'c']) void log.commit([topicIs(topic)])
  await time.runUntil(10_000)
  const names = async () => [(await store.truth.head('r'))?.epoch, (await store.truth.inboxCursor()).split('.')[1]]
  const [before, [epoch, name]] = [await events(), await names()]
  await store.goBack(1)
  expect(await events()).toEqual(before.slice(0, -1))
  expect(await names()).not.toContain(epoch)
  expect(await names()).not.toContain(name)
})

test('what was answered before the power was lost is there afterwards', async () => {
  const { store, time, log, events } = await made()
  void log.commit([topicIs('a')])
  await time.runUntil(10_000)
  const before = await events()
  await store.losePower()
  store.returnPower()
  expect(await events()).toEqual(before)
})

test('a commit that the power cut off is there whole or not at all, and is answered as it is when there is power again', async () => {
  const seen = new Set<string>()
  for (let at = 0; at < 20; at++) {
    const { store, time, log, events } = await made(`store ${at}`)
    let outcomes: readonly Outcome[] | null = null
    void log.commit([topicIs('a'), topicIs('b')]).then(found => {
      outcomes = found
    })
    store.ambush(() => void store.losePower())
    await time.runUntil(10_000)
    expect(outcomes).toBeNull()
    const count = (await events()).length
    store.returnPower()
    await time.runUntil(20_000)
    expect(outcomes).toMatchObject([{ ok: count === 4 }, { ok: count === 4 }])
    seen.add(`${count}`)
  }
  expect([...seen].sort()).toEqual(['2', '4'])
})

test('while others have the lock nothing is written, and what is there can be read', async () => {
  const { store, time, log, events } = await made()
  store.lock()
  let isDone = false
  void log.commit([topicIs('a')]).then(() => {
    isDone = true
  })
  const head = log.head('r')
  await time.runUntil(10_000)
  expect(await head).toMatchObject({ seq: 2 })
  expect([isDone, (await events()).length]).toEqual([false, 2])
  store.unlock()
  await time.runUntil(20_000)
  expect([isDone, (await events()).length]).toEqual([true, 3])
})
