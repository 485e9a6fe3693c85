import { join } from 'node:path'
import type { Room, SendResult } from '@holdfast/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answer, call } from './support/call.ts'
import { allLost, byChance, Disk, type Fates } from './support/disk.ts'
import { examine } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import type { Plant } from './support/plant.ts'
import { UNSETTLED } from './support/plants.ts'
import { Seeded } from './support/random.ts'
import { type Change, changesIn } from './support/recording.ts'
import { Served } from './support/served.ts'
import { type Fault, finished, recorded } from './support/strace.ts'

/** A sync that is far behind those of the start: one of a message's commit. */
const A_COMMITS_SYNC = '40'

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const root = () => join(folder.path, 'disk')
const dataDir = () => join(root(), 'data')

/**
 * Messages are sent one by one until one is not answered, because its commit's sync did not return or failed; what it wrote
 * is in the kernel's memory. The next server finds it there, and answers the one who sends it again. Then the power goes.
 */
async function sentAgain(what: Fault['what'], planted: readonly Plant[]) {
  const first = await Served.start({
    dataDir: dataDir(),
    follow: recorded(trace(1), { call: 'fsync', what, when: A_COMMITS_SYNC }),
  })
  const { id } = await call<Room>(first.url, 'POST', '/api/rooms', { name: 'faults', type: 'private' })
  const path = `/api/rooms/${id}/messages`
  const sent: { readonly clientId: string; readonly content: string }[] = []
  for (let isAnswered = true; isAnswered; ) {
    const message = { clientId: crypto.randomUUID(), content: `message ${sent.length}` }
    sent.push(message)
    isAnswered = await answer(first.url, 'POST', path, message).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  await first.kill()
  const second = await Served.start({ dataDir: dataDir(), follow: recorded(trace(2)), planted })
  const again = await call<SendResult>(second.url, 'POST', path, sent.at(-1))
  await second.kill()
  expect(again.duplicate, 'it is the commit that was interrupted').toBe(true)
  const acknowledged = sent.map((message, i) => ({ ...message, seq: 3 + i, atMs: 0 }))
  expect(again.seq).toBe(acknowledged.at(-1)?.seq)
  const said = new Map([['ann', sent.map(({ content }) => content)]])
  return { roomId: id, members: ['ann'], said, acknowledged, isRoomKnown: true }
}

function trace(server: number): string {
  return join(folder.path, `trace-${server}`)
}

const changesOf = (server: number) => changesIn(finished(trace(server)) ?? [], root()).map(({ change }) => change)

/** The folder when the power goes behind these changes. */
function afterPowerLoss(changes: readonly Change[], fates: Fates, random: Seeded): string {
  const disk = new Disk(root())
  for (const change of changes) disk.apply(change)
  const image = join(folder.path, `image-${changes.length}`)
  disk.restore(image, fates, random)
  return join(image, 'data')
}

const atTheEnd = () => afterPowerLoss([...changesOf(1), ...changesOf(2)], allLost, new Seeded(1))

it.each([
  ['killed in a sync', 'SIGKILL', 1],
  ['whose sync failed', 'EIO', 2],
] as const)(
  'what a server %s had not made sure of is made sure of before the next one answers for it, and nothing is lost meanwhile',
  async (_, what, seed) => {
    const story = await sentAgain(what, [])
    expect(await examine(atTheEnd(), story)).toEqual({ lost: [], wrong: [] })

    const acknowledgedByFirst = { ...story, acknowledged: story.acknowledged.slice(0, -1) }
    const random = new Seeded(seed)
    const [first, second] = [changesOf(1), changesOf(2)]
    for (let count = 0; count < second.length; count++) {
      const image = afterPowerLoss([...first, ...second.slice(0, count)], byChance(random), random)
      expect(await examine(image, acknowledgedByFirst), `after ${count} changes`).toEqual({ lost: [], wrong: [] })
    }
  },
)

it('a server that takes over what it finds as it is loses what it answered for: the test above can fail', async () => {
  const story = await sentAgain('SIGKILL', [UNSETTLED])
  const { lost } = await examine(atTheEnd(), story)
  expect(lost).toEqual(story.acknowledged.slice(-1))
})
