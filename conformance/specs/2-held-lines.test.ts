import { expect, test } from 'vitest'
import { eventually } from '../src/bounded.ts'
import { hold, pass } from '../src/chaos/action.ts'
import { ChaosProxy } from '../src/chaos/proxy.ts'
import { textOf } from '../src/chaos/unit.ts'
import { people, person } from '../src/people.ts'
import { Resuming } from '../src/resuming.ts'
import { fill, logOf, makeRoom, snapshotOf } from '../src/rooms.ts'
import { identityOf } from '../src/shape.ts'
import { target } from '../src/target.ts'

/** Readers that lose their lines at once, and how often. */
const READERS = 60
const STORMS = 3

/** Long enough for an answer on a slow machine, short enough to be waited for. */
const PATIENCE_MS = 300

test('[P2.4.13] what a connection that was given up brings late is in the log already, and changes no order', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const proxy = await ChaosProxy.start(target().url)
  const client = new Resuming(ann, { url: proxy.url, roomId, cursor: { epoch, seq }, patienceMs: PATIENCE_MS })
  client.say('before')
  await client.settles()
  const lateAnswers: string[] = []
  // On a slow machine the client may be at a later connection than its first one already.
  const next = proxy.connections
  proxy.follow(place => {
    if (place.connection >= next) return pass
    const said = textOf(place.unit)
    if (place.direction === 'down') lateAnswers.push(...(said.match(/"message\.ack"/g) ?? []))
    return hold
  })
  for (const content of ['one', 'two', 'three']) client.say(content)
  await client.settles()
  client.say('behind them')
  await client.settles()
  await eventually(
    async () => {
      proxy.release(path => path.direction === 'up')
      return lateAnswers.length >= 3 || undefined
    },
    () => `late answers, so far ${lateAnswers.length}`,
  )
  client.stop()
  await proxy.close()
  const log = (await logOf(ann, roomId)).slice(seq)
  expect(client.connections, 'the line was given up').toBeGreaterThan(1)
  expect(log.map(event => event.message?.content)).toEqual(['before', 'one', 'two', 'three', 'behind them'])
  expect([client.breaches, client.events.map(identityOf)]).toEqual([[], log.map(identityOf)])
})

test('[P2.6.8] a reader whose line fell silent unnoticed resumes over another and has each event once', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const proxy = await ChaosProxy.start(target().url)
  const options = { url: proxy.url, roomId, cursor: { epoch, seq }, patienceMs: PATIENCE_MS }
  const readers = [ann, bob].map(one => new Resuming(one, options))
  for (let round = 0; round < 3; round += 1) {
    const acks = await fill(ann, roomId, 10)
    if (round === 1) proxy.end('silence')
    for (const reader of readers) await reader.settles(acks.at(-1)?.seq)
  }
  const log = (await logOf(ann, roomId)).slice(seq)
  for (const reader of readers) {
    reader.stop()
    expect([reader.breaches, reader.events.map(identityOf)]).toEqual([[], log.map(identityOf)])
  }
  expect(proxy.connections).toBeGreaterThanOrEqual(2 * readers.length)
  await proxy.close()
})

test('[P2.6.9] readers who all lose their lines at once, again and again, resume and have each event once', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq } = await snapshotOf(ann, roomId)
  const proxy = await ChaosProxy.start(target().url)
  const options = { url: proxy.url, roomId, cursor: { epoch, seq } }
  const readers = Array.from({ length: READERS }, () => new Resuming(ann, options))
  for (let storm = 0; storm < STORMS; storm += 1) {
    const first = await fill(ann, roomId, 5)
    for (const reader of readers) await reader.settles(first.at(-1)?.seq)
    const writing = fill(ann, roomId, 60)
    proxy.end(storm % 2 === 0 ? 'reset' : 'finish')
    const last = (await writing).at(-1)?.seq
    for (const reader of readers) await reader.settles(last)
  }
  const log = (await logOf(ann, roomId)).slice(seq).map(identityOf)
  for (const reader of readers) {
    reader.stop()
    expect([reader.breaches, reader.events.map(identityOf)]).toEqual([[], log])
    expect(reader.connections).toBeGreaterThan(STORMS)
  }
  await proxy.close()
})
