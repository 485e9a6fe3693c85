import { describe, expect, it } from 'vitest'
import type { LogCommand } from '../../src/log/command.ts'
import { Committer, type CommitterLimits, DEFAULT_COMMITTER_LIMITS } from '../../src/log/committer.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { type Outcome, refused } from '../../src/log/outcome.ts'
import type { Published } from '../../src/log/published.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { SendLane } from '../../src/log/send-lane.ts'
import { ann, bob, cy, Harness, TestPlatform } from './kit.ts'

/** A committer over a real log in memory, whose commits begin and end when the test says so. */
class Stage {
  readonly h: Harness
  readonly committer: Committer
  readonly batches: (readonly LogCommand[])[] = []
  readonly published: Published[] = []
  /** What happened, in order. */
  readonly told: string[] = []
  readonly failures: unknown[] = []
  /** Instead of the log, for the next commit. */
  answerNext: ((batch: readonly LogCommand[]) => Promise<readonly Outcome[]>) | null = null
  #tasks: (() => void)[] = []
  #gate: Promise<void> | null = null
  #openGate = () => {}

  constructor(limits: Partial<CommitterLimits> = {}) {
    const platform = new TestPlatform()
    const log = createMemoryLog({ platform })
    this.h = new Harness({ log, platform, ephemeral: false })
    this.committer = new Committer({
      log: { commit: batch => this.#commit(log, batch) } as RoomLog,
      scheduler: { soon: task => void this.#tasks.push(task) },
      publish: news => {
        this.published.push(news)
        this.told.push(`publish ${news.kind}`)
        if ('roomId' in news && news.roomId === 'unpublishable') throw new Error('the bus is away')
      },
      limits: { ...DEFAULT_COMMITTER_LIMITS, ...limits },
      observe: {
        batch: commands => {
          this.told.push(`begin ${commands}`)
          return () => this.told.push(`end ${commands}`)
        },
        failed: error => this.failures.push(error),
      },
    })
  }

  /** Commits wait from now on, until the returned function is called. */
  hold(): () => void {
    this.#gate = new Promise(resolve => {
      this.#openGate = resolve
    })
    return () => {
      this.#gate = null
      this.#openGate()
    }
  }

  submit(command: LogCommand, name = ''): Promise<Outcome> {
    const outcome = this.committer.submit(command)
    void outcome.then(() => name !== '' && this.told.push(`answer ${name}`))
    return outcome
  }

  /** The event loop turns once: what was put off runs, and what it started goes as far as it can. */
  async turn(): Promise<void> {
    for (const task of this.#tasks.splice(0)) task()
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }

  async #commit(log: RoomLog, batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    this.batches.push(batch)
    if (this.#gate !== null) await this.#gate
    const answer = this.answerNext
    this.answerNext = null
    return answer === null ? log.commit(batch) : answer(batch)
  }
}

const unavailable = async (batch: readonly LogCommand[]) =>
  batch.map(() => refused('unavailable', 'unable to write; test'))

const codeOf = (outcome: Outcome) => (outcome.ok ? 'ok' : outcome.refusal.code)

describe('group commit:', () => {
  it('[C1] what arrives in one turn of the loop is one batch, in the order of arrival', async () => {
    const s = new Stage()
    const answers = [
      s.submit(s.h.creation(ann, 'r')),
      s.submit(s.h.sending(ann, 'r', 'a')),
      s.submit(s.h.sending(ann, 'r', 'b')),
    ]
    expect(s.batches).toEqual([])
    await s.turn()
    expect(s.batches.map(batch => batch.map(command => command.kind))).toEqual([
      ['room.create', 'message.send', 'message.send'],
    ])
    expect((await Promise.all(answers)).map(outcome => outcome.ok && outcome.seq)).toEqual([2, 3, 4])
  })

  it('[C2] what queued while a commit ran is the next batch; one commit at a time', async () => {
    const s = new Stage()
    const release = s.hold()
    void s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    for (const text of ['a', 'b', 'c']) void s.submit(s.h.sending(ann, 'r', text))
    await s.turn()
    expect(
      s.batches.map(batch => batch.length),
      'the second waits for the first',
    ).toEqual([1])
    expect(s.committer.queued).toBe(4)
    release()
    await s.turn()
    await s.turn()
    expect(s.batches.map(batch => batch.length)).toEqual([1, 3])
    expect(s.committer.queued).toBe(0)
  })

  it('[C3] a batch is bounded by count and by bytes; the rest follows', async () => {
    const s = new Stage({ batchCommands: 3, batchBytes: 5_000 })
    void s.submit(s.h.creation(ann, 'r'))
    for (let i = 0; i < 4; i++) void s.submit(s.h.sending(ann, 'r', 'x'))
    for (let i = 0; i < 3; i++) void s.submit(s.h.sending(ann, 'r', 'x'.repeat(2_000)))
    for (let i = 0; i < 5; i++) await s.turn()
    expect(s.batches.map(batch => batch.length)).toEqual([3, 3, 2])
  })

  it('[C6] what a command has the store write weighs in a batch: members, mentions, a message’s reactions', async () => {
    const people = Array.from({ length: 50 }, (_, i) => `p${i}`)
    const s = new Stage({ batchBytes: 50_000 })
    for (let i = 0; i < 6; i++) void s.submit(s.h.creation(ann, `r${i}`, { members: people }))
    for (let i = 0; i < 6; i++) void s.submit(s.h.sending(ann, 'r0', 'x', { mentions: people }))
    const reaction = { kind: 'reaction.add', actor: ann, roomId: 'r0', messageId: 'm', key: 'k' } as const
    for (let i = 0; i < 5; i++) void s.submit(reaction)
    for (let i = 0; i < 9; i++) await s.turn()
    expect(s.batches.map(batch => batch.length)).toEqual([2, 2, 2, 2, 2, 2, 4, 1])
  })

  it('[C4] persist, then publish, then answer; answers in the order of arrival', async () => {
    const s = new Stage()
    void s.submit(s.h.creation(ann, 'r'), 'create')
    void s.submit(s.h.sending(ann, 'r', 'a'), 'a')
    void s.submit(s.h.sending(bob, 'r', 'no'), 'refused')
    void s.submit(s.h.sending(ann, 'r', 'b'), 'b')
    await s.turn()
    expect(s.told).toEqual([
      'begin 4',
      'end 4',
      'publish events',
      'answer create',
      'answer a',
      'answer refused',
      'answer b',
    ])
  })

  it('[C5] drain resolves when all is answered', async () => {
    const s = new Stage()
    await s.committer.drain()
    void s.submit(s.h.creation(ann, 'r'), 'create')
    void s.committer.drain().then(() => s.told.push('drained'))
    await s.turn()
    expect(s.told.slice(-2)).toEqual(['answer create', 'drained'])
  })
})

describe('news:', () => {
  it('[C7] all that can have been read has been told: at once when nothing is under way, else with the commit', async () => {
    const s = new Stage()
    await s.committer.told()
    const release = s.hold()
    void s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    let isTold = false
    const told = s.committer.told().then(() => {
      isTold = true
      expect(s.published).toHaveLength(1)
    })
    await s.turn()
    expect(isTold).toBe(false)
    release()
    await s.turn()
    await told
  })

  it('[C10] a room’s events of a batch are one message, contiguous; duplicates and refusals are in none', async () => {
    const s = new Stage()
    void s.submit(s.h.creation(ann, 'r'))
    void s.submit(s.h.creation(ann, 'q'))
    for (const clientId of ['a', 'b', 'a']) void s.submit(s.h.sending(ann, 'r', clientId, { clientId }))
    void s.submit(s.h.sending(bob, 'r', 'not a member'))
    await s.turn()
    const told = s.published.map(news => (news.kind === 'events' ? [news.roomId, news.events.map(e => e.seq)] : news))
    expect(told).toEqual([
      ['r', [1, 2, 3, 4]],
      ['q', [1, 2]],
    ])
    expect(s.published[0]).toMatchObject({ epoch: (await s.h.log.head('r'))?.epoch })
  })

  it('[C11] read positions are told once a person, the furthest; a deletion comes after what came before it', async () => {
    const s = new Stage()
    void s.submit(s.h.creation(ann, 'r', { members: ['bob'] }))
    for (const seq of [2, 3, 1]) void s.submit({ kind: 'room.read', actor: ann, roomId: 'r', seq, readRevision: null })
    void s.submit({ kind: 'room.read', actor: bob, roomId: 'r', seq: 1, readRevision: null })
    void s.submit({ kind: 'room.delete', actor: ann, roomId: 'r' })
    await s.turn()
    expect(s.published).toMatchObject([
      { kind: 'reads', roomId: 'r', reads: { ann: 3 } },
      { kind: 'events', roomId: 'r' },
      { kind: 'deleted', roomId: 'r' },
    ])
  })

  it('[C14] of somebody who has left in the batch no position is told, and of who came back only where they stand now', async () => {
    const s = new Stage()
    const read = (actor: typeof ann, seq: number) =>
      void s.submit({ kind: 'room.read', actor, roomId: 'r', seq, readRevision: null })
    void s.submit(s.h.creation(ann, 'r', { type: 'public', members: ['bob', 'cy'] }))
    for (let i = 0; i < 4; i++) void s.submit(s.h.sending(ann, 'r', 'hello'))
    await s.turn()
    s.published.length = 0
    for (const actor of [ann, bob, cy]) read(actor, 6)
    void s.submit({ kind: 'room.unread', actor: bob, roomId: 'r', seq: 5 })
    for (const actor of [bob, cy]) void s.submit({ kind: 'member.leave', actor, roomId: 'r' })
    void s.submit({ kind: 'member.join', actor: cy, roomId: 'r' })
    void s.submit(s.h.sending(ann, 'r', 'hello'))
    read(cy, 12)
    await s.turn()
    expect(s.published).toMatchObject([
      { kind: 'reads', reads: { ann: 6, cy: 12 }, hidden: {} },
      { kind: 'events', roomId: 'r' },
    ])
    expect(s.published[0]).not.toHaveProperty('reads.bob')
  })

  it('[C15] what is read on is told to all as far as it is shown, and to oneself as it is', async () => {
    const s = new Stage()
    const read = (seq: number) => s.submit({ kind: 'room.read', actor: bob, roomId: 'r', seq, readRevision: null })
    const settle = (readReceipts: boolean) => s.submit({ kind: 'user.settings', actor: bob, changes: { readReceipts } })
    void s.submit(s.h.creation(ann, 'r', { members: ['bob'] }))
    for (let i = 0; i < 4; i++) void s.submit(s.h.sending(ann, 'r', 'hello'))
    void settle(false)
    void read(6)
    void settle(true)
    await s.turn()
    s.published.length = 0
    void read(5)
    await s.turn()
    expect(s.published).toEqual([{ kind: 'reads', roomId: 'r', reads: { bob: 5 }, hidden: { bob: 6 } }])
  })

  it('[C13] what people do not show of their positions is told apart, and what changes their own line for themselves', async () => {
    const s = new Stage()
    const read = (actor: typeof ann, seq: number) =>
      s.submit({ kind: 'room.read', actor, roomId: 'r', seq, readRevision: null })
    const told = async () => {
      await s.turn()
      return s.published.splice(0).filter(news => news.kind !== 'events')
    }
    void s.submit(s.h.creation(ann, 'r', { members: ['bob', 'cy'] }))
    for (let i = 0; i < 4; i++) void s.submit(s.h.sending(ann, 'r', 'hello'))
    await told()

    const settle = (readReceipts: boolean) => s.submit({ kind: 'user.settings', actor: bob, changes: { readReceipts } })
    void read(bob, 6)
    void read(cy, 6)
    void settle(false)
    void settle(false)
    const settings = { readReceipts: false, appearOffline: false }
    expect(await told(), 'withdrawn before it was told').toEqual([
      { kind: 'settings', userId: 'bob', settings },
      { kind: 'reads', roomId: 'r', reads: { cy: 6 }, hidden: { bob: 6 } },
    ])
    void read(bob, 7)
    expect(await told()).toEqual([{ kind: 'reads', roomId: 'r', reads: {}, hidden: { bob: 7 } }])

    void read(cy, 7)
    void s.submit({ kind: 'room.unread', actor: cy, roomId: 'r', seq: 5 })
    expect(await told()).toEqual([
      { kind: 'line', roomId: 'r', userId: 'cy' },
      { kind: 'reads', roomId: 'r', reads: { cy: 7 }, hidden: { cy: 4 }, revisions: { cy: 1 } },
    ])
    void read(cy, 6)
    expect(await told(), 'to others it is nothing new').toEqual([
      { kind: 'reads', roomId: 'r', reads: {}, hidden: { cy: 6 }, revisions: { cy: 1 } },
    ])
    for (const muted of [true, true]) {
      void s.submit({ kind: 'room.notifications', actor: cy, roomId: 'r', muted })
    }
    void read(cy, 1)
    expect(await told()).toEqual([{ kind: 'line', roomId: 'r', userId: 'cy' }])
    void read(bob, 1)
    void s.submit({ kind: 'room.unread', actor: bob, roomId: 'r', seq: 100 })
    expect(await told()).toEqual([])
  })

  it('[C12] a publisher that throws keeps nobody waiting', async () => {
    const s = new Stage()
    const outcomes = [s.submit(s.h.creation(ann, 'unpublishable')), s.submit(s.h.creation(ann, 'r'))]
    await s.turn()
    expect((await Promise.all(outcomes)).map(codeOf)).toEqual(['ok', 'ok'])
    expect(s.published.map(news => 'roomId' in news && news.roomId)).toEqual(['unpublishable', 'r'])
    expect(s.failures).toHaveLength(1)
  })
})

describe('failure:', () => {
  it('[C20] a full queue refuses with unavailable, by count and by bytes, and takes again when there is room', async () => {
    const s = new Stage({ queuedCommands: 3, queuedBytes: 10_000 })
    const lane = new SendLane()
    const release = s.hold()
    void s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    const big = await s.submit(s.h.sending(ann, 'r', 'x'.repeat(5_000), { lane, clientId: 'big' }))
    expect(codeOf(big), 'too many bytes').toBe('unavailable')
    expect(lane.blockedBy, 'a passing refusal holds the lane').toBe('big')
    const waiting = [s.submit(s.h.sending(ann, 'r', 'a')), s.submit(s.h.sending(ann, 'r', 'b'))]
    expect(codeOf(await s.submit(s.h.sending(ann, 'r', 'c'))), 'too many').toBe('unavailable')
    release()
    await s.turn()
    await s.turn()
    expect((await Promise.all(waiting)).map(codeOf)).toEqual(['ok', 'ok'])
    const later = s.submit(s.h.sending(ann, 'r', 'x'.repeat(4_500)))
    await s.turn()
    expect(codeOf(await later)).toBe('ok')
  })

  it('[C21] when the store cannot commit, all of the batch is unavailable, nothing is published, and the next batch goes', async () => {
    const s = new Stage()
    s.answerNext = unavailable
    const outcomes = [s.submit(s.h.creation(ann, 'r')), s.submit(s.h.creation(ann, 'q'))]
    await s.turn()
    expect((await Promise.all(outcomes)).map(codeOf)).toEqual(['unavailable', 'unavailable'])
    expect(s.published).toEqual([])
    const again = s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    expect(codeOf(await again)).toBe('ok')
  })

  it('[C22] a log that breaks its promise and rejects, or answers too little, is unavailable too', async () => {
    const s = new Stage()
    s.answerNext = () => Promise.reject(new Error('broken'))
    const first = s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    expect(codeOf(await first)).toBe('unavailable')
    expect(s.failures).toHaveLength(1)
    s.answerNext = async () => []
    const second = s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    expect(codeOf(await second)).toBe('unavailable')
  })
})

describe('lanes:', () => {
  it('[C30] only the first refused send holds its lane; the others behind it need no cancel', async () => {
    const s = new Stage()
    const lane = new SendLane()
    const send = (clientId: string) => s.submit(s.h.sending(ann, 'r', clientId, { lane, clientId }))
    void s.submit(s.h.creation(ann, 'r'))
    await s.turn()
    s.answerNext = unavailable
    const failed = [send('a'), send('b')]
    await s.turn()
    expect((await Promise.all(failed)).map(codeOf)).toEqual(['unavailable', 'unavailable'])
    expect(lane.blockedBy).toBe('a')
    const behind = [send('b'), send('c'), send('a'), send('b'), send('c')]
    await s.turn()
    expect((await Promise.all(behind)).map(codeOf)).toEqual(['out_of_order', 'out_of_order', 'ok', 'ok', 'ok'])
    expect(lane.blockedBy).toBeNull()
    const texts = (await s.h.snapshot(ann, 'r')).messages.map(message => message.content)
    expect(texts).toEqual(['a', 'b', 'c'])
  })

  it('[C31] a lane is settled before its sender is answered', async () => {
    const s = new Stage()
    const lane = new SendLane()
    s.answerNext = unavailable
    const outcome = s.submit(s.h.sending(ann, 'r', 'a', { lane, clientId: 'a' }))
    const seen = outcome.then(() => lane.blockedBy)
    await s.turn()
    expect(await seen).toBe('a')
  })

  it('[C32] a final refusal frees the lane: it will not be sent again', async () => {
    const s = new Stage()
    const lane = new SendLane()
    lane.block('a', lane.takeTicket())
    const outcome = s.submit(s.h.sending(ann, 'none', 'a', { lane, clientId: 'a' }))
    await s.turn()
    expect(codeOf(await outcome)).toBe('not_found')
    expect(lane.blockedBy).toBeNull()
  })
})
