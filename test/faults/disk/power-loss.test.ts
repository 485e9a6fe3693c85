import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { allKept, allLost, byChance, Disk, type Fates } from './support/disk.ts'
import { examine } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import type { Plant } from './support/plant.ts'
import { FREQUENT_CHECKPOINTS, NORMAL, UNNAMED } from './support/plants.ts'
import { Seeded } from './support/random.ts'
import { changesIn, type Recorded } from './support/recording.ts'
import { Served } from './support/served.ts'
import { finished, recorded } from './support/strace.ts'
import { Writers } from './support/writers.ts'

const MESSAGES = 120
const CUTS = 14

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

/** What lies on the disk: the data folder is made in it by the server. */
const root = () => join(folder.path, 'disk')
const dataDir = () => join(root(), 'deep', 'data')
const database = () => join(dataDir(), 'holdfast.db')

/** A server that three clients write to, until it is killed or told to stop. */
async function run(planted: readonly Plant[], end: 'kill' | 'stop') {
  const trace = join(folder.path, 'trace')
  const server = await Served.start({ dataDir: dataDir(), follow: recorded(trace), planted })
  const writers = await Writers.at(server.url)
  const { size } = statSync(database())
  await writers.write(MESSAGES)
  // The thread that moves the log may still be starting.
  while (planted.includes(FREQUENT_CHECKPOINTS) && statSync(database()).size === size) await writers.write(MESSAGES)
  await server[end]()
  writers.leave()
  const traces = finished(trace) ?? []
  return { writers, changes: changesIn(traces, root()), movers: traces.filter(writesDatabase).length }
}

/** Whether the thread has written to the database itself: the first one makes it, and moves the log when it stops. */
function writesDatabase(trace: string): boolean {
  return changesIn([trace], root()).some(({ change }) => change.kind === 'written' && change.path === database())
}

/** The disk as it may be found at seeded moments of the run and at its end, in several ways each. */
function* images(changes: readonly Recorded[], seed: number) {
  const random = new Seeded(seed)
  const cuts = new Set([...Array.from({ length: CUTS - 1 }, () => random.below(changes.length)), changes.length])
  const disk = new Disk(root())
  for (let next = 0; next <= changes.length; next++) {
    const { change, atMs } = changes[next] ?? { atMs: Number.POSITIVE_INFINITY }
    if (cuts.has(next)) {
      for (const [name, fates] of ways(random)) {
        const path = join(folder.path, `image-${next}-${name}`)
        disk.restore(path, fates, random)
        yield { path: join(path, 'deep', 'data'), atMs, name: `seed ${seed}, before change ${next}, ${name}` }
      }
    }
    if (change !== undefined) disk.apply(change)
  }
}

function ways(random: Seeded): readonly (readonly [string, Fates])[] {
  return [
    ['lost', allLost],
    ['kept', allKept],
    ['chance-1', byChance(random)],
    ['chance-2', byChance(random)],
  ]
}

it.each([
  ['as it is', 'kill', [], 1],
  ['with its log moved into the database all the time', 'kill', [FREQUENT_CHECKPOINTS], 2],
  ['that is told to stop', 'stop', [FREQUENT_CHECKPOINTS], 3],
] as const)('a server %s: whenever the power goes, no acknowledged message is lost', async (_, end, planted, seed) => {
  const { writers, changes, movers } = await run(planted, end)
  expect(movers, 'threads that write to the database').toBe(1 + planted.length)
  let count = 0
  for (const { path, atMs, name } of images(changes, seed)) {
    expect(await examine(path, writers.storyAt(atMs)), name).toEqual({ lost: [], wrong: [] })
    count++
  }
  expect(count).toBeGreaterThan(CUTS)
})

it.each([
  ['with synchronous=NORMAL', NORMAL],
  ['that leaves the name of its new folder unsynced', [UNNAMED]],
])('a server %s loses acknowledged messages: the test above can fail', async (_, planted) => {
  const { writers, changes } = await run(planted, 'kill')
  let lost = 0
  for (const { path, atMs, name } of images(changes, 4)) {
    if (name.endsWith('lost')) lost += (await examine(path, writers.storyAt(atMs))).lost.length
  }
  expect(lost).toBeGreaterThan(MESSAGES)
})
