import { describe, expect, it } from 'vitest'
import type { Actor } from '../../src/log/actor.ts'
import type { LogCommand } from '../../src/log/command.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { openSqliteLog } from '../../src/log/sqlite/sqlite-log.ts'
import { Device } from './counting/device.ts'
import { Chance, RandomSteps } from './counting/random-steps.ts'
import { type Counted, Recount } from './counting/recount.ts'
import { newFolder } from './folders.ts'
import { given, Harness, person, root, TestPlatform } from './kit.ts'
import { hastyConnect } from './sqlite/hasty-connect.ts'
import { openStoredLog } from './stored-log.ts'

/** After so many steps everything is looked at, not only what was touched. */
const ALL_EVERY = 500
const NAMES = ['seq', 'lastReadSeq', 'readRevision', 'unread', 'mentions'] as const

/** A random history, recounted at every step. */
class History {
  readonly #h: Harness
  readonly #chance: Chance
  readonly #recount = new Recount()
  readonly #steps: RandomSteps
  readonly #devices: readonly Device[]
  /** The furthest that each line, and what is shown of each position, has told. */
  readonly #lines = new Map<string, { readonly readRevision: number; readonly lastReadSeq: number }>()
  readonly #seen = new Map<string, number>()
  done = 0
  /** How often counts were neither nothing nor capped. */
  telling = 0

  constructor(h: Harness, seed: number) {
    this.#h = h
    this.#chance = new Chance(seed)
    this.#steps = new RandomSteps(h, this.#chance, this.#recount)
    this.#devices = this.#steps.people.flatMap(actor => [new Device(actor), new Device(actor)])
  }

  get lists(): number {
    return this.#devices.reduce((sum, device) => sum + device.lists, 0)
  }

  async run(steps: number): Promise<void> {
    await this.#commit(this.#steps.creations())
    for (let step = 1; step <= steps; step++) {
      const size = this.#chance.below(10) === 0 ? 1 + this.#chance.below(6) : 1
      const touched = await this.#commit(Array.from({ length: size }, () => this.#steps.next()))
      for (const roomId of step % ALL_EVERY === 0 ? this.#steps.roomIds : touched) await this.#check(roomId)
      await this.#chance.one(this.#devices).check(this.#h)
    }
  }

  /** The rooms that the commands are about; a person's settings are about all. */
  async #commit(batch: readonly LogCommand[]): Promise<ReadonlySet<string>> {
    this.#h.platform.now += this.#chance.below(3)
    const outcomes = await this.#h.log.commit(batch)
    const touched = new Set<string>()
    for (const [i, command] of batch.entries()) {
      const outcome = outcomes[i]
      if (outcome === undefined) throw new Error('each command has its outcome')
      if (outcome.ok) this.done++
      this.#recount.tell(command, outcome)
      if (command.kind === 'user.settings') for (const roomId of this.#steps.roomIds) touched.add(roomId)
      else if (command.kind !== 'user.seen') touched.add(command.roomId)
    }
    return touched
  }

  async #check(roomId: string): Promise<void> {
    const room = this.#recount.room(roomId)
    for (const userId of room.members.keys()) {
      const expected = room.count(userId)
      await this.#checkLine(userId, roomId, expected)
      this.#expectForward(`${roomId} ${userId}`, expected)
      if (expected.unread % 100 > 0 && expected.mentions > 0) this.telling++
    }
    await this.#checkSeen(roomId)
  }

  /** The line, and now and then what the room's own page tells, which is read in another way. */
  async #checkLine(userId: string, roomId: string, expected: Counted): Promise<void> {
    const told: (Counted | undefined)[] = [...(await this.#h.log.inboxOf(userId, [roomId]))]
    if (this.#chance.below(4) === 0) told.push(await given(this.#h.log.room(roomId, person(userId))))
    expect(told.length).toBeGreaterThan(0)
    for (const line of told) {
      // Looked at before the assertion is made: making them would take longer than all the rest.
      const isSame = NAMES.every(name => line?.[name] === expected[name])
      if (!isSame) expect(line, `${userId} in ${roomId}`).toMatchObject(expected)
    }
  }

  async #checkSeen(roomId: string): Promise<void> {
    const { reads } = await this.#h.snapshot(root, roomId, 1)
    expect(reads).toEqual(this.#recount.room(roomId).seen())
    for (const [userId, seq] of Object.entries(reads)) {
      expect(seq, 'what others see goes forward only').toBeGreaterThanOrEqual(
        this.#seen.get(`${roomId} ${userId}`) ?? 0,
      )
      this.#seen.set(`${roomId} ${userId}`, seq)
    }
    if (this.#chance.below(4) === 0) await this.#checkHiding(roomId, this.#chance.one(this.#steps.people))
  }

  /** Who hides sees nobody. */
  async #checkHiding(roomId: string, reader: Actor): Promise<void> {
    if (!this.#recount.isHiding(reader.userId)) return
    const opened = await this.#h.log.open({ roomId, actor: reader, cursor: null, window: 1, delta: 0 })
    const reads = opened.ok && opened.value.kind === 'snapshot' ? opened.value.snapshot.reads : {}
    expect(Object.keys(reads).filter(userId => userId !== reader.userId)).toEqual([])
  }

  /** Of two positions the later one is that of the later revision, and within one that which is further. */
  #expectForward(key: string, now: { readonly readRevision: number; readonly lastReadSeq: number }): void {
    const before = this.#lines.get(key) ?? { readRevision: 0, lastReadSeq: 0 }
    const isForward =
      now.readRevision > before.readRevision ||
      (now.readRevision === before.readRevision && now.lastReadSeq >= before.lastReadSeq)
    expect(isForward, `${key} from ${JSON.stringify(before)} to ${JSON.stringify(now)}`).toBe(true)
    this.#lines.set(key, now)
  }
}

const KINDS: Readonly<Record<string, (dataDir: string, platform: TestPlatform) => Promise<RoomLog>>> = {
  'in memory': async (_, platform) => createMemoryLog({ platform }),
  'in SQLite': async (dataDir, platform) => openSqliteLog({ dataDir, platform, connect: await hastyConnect() }),
  'ephemeral, beside stored ones': (dataDir, platform) => openStoredLog({ dataDir, platform }),
}

describe('random histories: what everybody has unread and is mentioned in', () => {
  it.each([
    ['in memory', 1, 10_000],
    ['in SQLite', 2, 10_000],
    ['in memory', 3, 10_000],
    ['in memory', 6, 10_000],
    ['ephemeral, beside stored ones', 5, 2_000],
  ])(
    '[U1] %s equals the recount at every step, on every device, and positions go forward only (seed %i, %i steps)',
    {
      timeout: 300_000,
    },
    async (name, seed, steps) => {
      const folder = newFolder()
      const platform = new TestPlatform()
      const log = await KINDS[name]?.(folder.path, platform)
      if (log === undefined) throw new Error('there is no such log')
      const history = new History(new Harness({ log, platform, ephemeral: name.startsWith('ephemeral') }), seed)
      await history.run(steps)
      expect(history.done, 'the history was not made of refusals alone').toBeGreaterThan(steps / 2)
      expect(history.telling, 'the counts told something').toBeGreaterThan(steps)
      expect(history.lists, 'devices lived on what had changed').toBeLessThan(steps / 2)
      await log.close()
      folder.remove()
    },
  )
})
