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
  const manner = { readMs: 0, commitMs: COMMIT_MS }
  const ledger = new Ledger([], () => {})
  const [onRefused, onRead] = [() => {}, () => {}]
  const store = new SimStore({ time, random, coverage, manner, ledger, onRefused, onRead })
  const fields = { name: 'R', topic: '', ephemeral: false, metadata: {}, members: [] }
  await store.create({ kind: 'room.create', actor: ANN, roomId: 'r', type: 'private', ...fields })
  const [log, other] = ['node', 'other'].map(name => store.of(new SimHost(name, time, random.fork(name))))
  if (log === undefined || other === undefined) throw new Error('unable to make a store; it has no nodes')
  return { store, time, log, other, coverage, events: () => store.truth.events('r', 0, 100) }
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
  store.losePower()
  await store.returnPower()
  expect(await events()).toEqual(before)
})

test('a commit that the power cut off is there whole or not at all, torn or not, and is answered as it is when there is power again', async () => {
  const [seen, met] = [new Set<string>(), new Coverage()]
  for (let at = 0; at < 40; at++) {
    const { store, time, log, events, coverage } = await made(`store ${at}`)
    let outcomes: readonly Outcome[] | null = null
    void log.commit([topicIs('a'), topicIs('b')]).then(found => {
      outcomes = found
    })
    store.ambush(() => store.losePower())
    await time.runUntil(10_000)
    expect(outcomes).toBeNull()
    await store.returnPower()
    await time.runUntil(20_000)
    const count = (await events()).length
    expect(outcomes).toMatchObject([{ ok: count === 4 }, { ok: count === 4 }])
    seen.add(`${count}`)
    met.add(coverage)
  }
  expect([...seen].sort()).toEqual(['2', '4'])
  for (const what of ['kept though the power was lost', 'lost with the power']) {
    expect(met.count(`transaction ${what}`)).toBeGreaterThan(0)
  }
  expect(met.count('torn write cut')).toBe(met.count('last write torn'))
  expect(met.count('torn write cut')).toBeGreaterThan(0)
})

test('at no moment of a commit is a reader shown what the power can take', async () => {
  const seen = new Set<string>()
  for (let atMs = 0; atMs < 400; atMs += 5) {
    const { store, time, log, events, coverage } = await made()
    void log.commit([topicIs('a')])
    await time.runUntil(atMs)
    const count = (await events()).length
    store.losePower()
    await store.returnPower()
    expect((await events()).length).toBeGreaterThanOrEqual(count)
    const isTaken = ['transaction lost with the power', 'last write torn'].some(what => coverage.count(what) > 0)
    seen.add(`${count > 2 ? 'shown' : 'hidden'}${isTaken ? ', taken' : ''}`)
  }
  expect([...seen].sort()).toEqual(['hidden', 'hidden, taken', 'shown'])
})

test('a commit whose process dies before it is synced is there for the next one who looks, unless the power goes first', async () => {
  const seen = new Map<string, Set<number>>()
  for (const isDark of [false, true]) {
    for (let at = 0; at < 40; at++) {
      const { store, time, log, other, coverage } = await made(`store ${at}`)
      void log.commit([topicIs('a')])
      store.ambush(host => host.die())
      await time.runUntil(10_000)
      if (isDark) store.losePower()
      await store.returnPower()
      const head = other.head('r')
      await time.runUntil(20_000)
      const isOrphan = coverage.count('unsynced transaction kept by a mere kill') > 0
      const name = `${isDark ? 'dark' : 'killed'} ${isOrphan ? 'unsynced' : ''}`
      seen.set(name, (seen.get(name) ?? new Set()).add((await head)?.seq ?? 0))
    }
  }
  // Killed before it was written, or after it was synced; and in between.
  expect(seen).toEqual(
    new Map([
      ['killed ', new Set([2, 3])],
      ['killed unsynced', new Set([3])],
      ['dark ', new Set([2, 3])],
    ]),
  )
})

test('a commit whose sync fails is refused, and leaves nothing: the next one takes its place', async () => {
  const refused = new Set<boolean>()
  for (let at = 0; at < 20; at++) {
    const { store, time, log, events } = await made(`store ${at}`)
    const first = log.commit([topicIs('a')])
    const second = log.commit([topicIs('b')])
    store.ambush(() => store.failSync())
    await time.runUntil(10_000)
    const [[a], [b]] = [await first, await second]
    refused.add(a?.ok === false)
    expect(a?.ok === false ? a.refusal.code : 'unavailable').toBe('unavailable')
    expect(b?.ok).toBe(true)
    expect((await events()).map(({ seq }) => seq)).toEqual(a?.ok ? [1, 2, 3, 4] : [1, 2, 3])
    expect((await events()).at(-1)).toMatchObject({ kind: 'room.updated', room: { topic: 'b' } })
  }
  expect(refused).toEqual(new Set([true, false]))
})

test('while others have the lock nothing is written, and what is there can be read', async () => {
  const { store, time, log, events } = await made()
  store.troubles.lock.shut()
  let isDone = false
  void log.commit([topicIs('a')]).then(() => {
    isDone = true
  })
  const head = log.head('r')
  await time.runUntil(10_000)
  expect(await head).toMatchObject({ seq: 2 })
  expect([isDone, (await events()).length]).toEqual([false, 2])
  store.troubles.lock.open()
  await time.runUntil(20_000)
  expect([isDone, (await events()).length]).toEqual([true, 3])
})
