import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import type { LogCommand } from '../../src/log/command.ts'
import { type Outcome, refused } from '../../src/log/outcome.ts'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import { SendLane } from '../../src/log/send-lane.ts'
import { pack } from '../../src/workers/command-parcel.ts'
import { Line, remote } from '../../src/workers/line.ts'
import type { AttachedGateway } from '../../src/workers/owner.ts'
import { COMMITS, type OwnerServes } from '../../src/workers/owner-served.ts'
import { ann, bob } from '../log/kit.ts'
import { type OwnerKit, openOwner } from './owner-kit.ts'
import { portPair } from './port-pair.ts'

const ROOM = { kind: 'room.create', roomId: 'r', name: 'r', type: 'private', topic: '', ephemeral: false } as const

/** A gateway of which nothing is there but its line: what it was told and answered, in order. */
class BareGateway {
  readonly heard: (BusMessage | { readonly kind: 'answer'; readonly clientId: string; readonly outcome: Outcome })[] =
    []
  readonly attached: AttachedGateway
  readonly #line: Line
  readonly #commits: OwnerServes['commits']

  constructor({ owner }: OwnerKit) {
    const [ownerPort, port] = portPair()
    this.attached = owner.attach(ownerPort)
    this.#line = new Line({ port, serves: {}, onTold: message => this.heard.push(message as BusMessage) })
    this.#commits = remote<OwnerServes['commits']>(this.#line, 'commits', COMMITS)
  }

  tell(message: BusMessage): void {
    this.#line.tell(message)
  }

  close(): void {
    this.#line.close('the test is over')
  }

  async commit(command: LogCommand): Promise<Outcome> {
    const [outcome] = await this.#commits.commit(pack([command]))
    if (outcome === undefined) throw new Error('a commit gives one outcome a command')
    const clientId = command.kind === 'message.send' ? command.clientId : ''
    this.heard.push({ kind: 'answer', clientId, outcome })
    return outcome
  }

  say(clientId: string): Promise<Outcome> {
    const draft = { type: 'text', content: clientId, replyTo: null, mentions: [], seen: null } as const
    const lane = new SendLane()
    return this.commit({ kind: 'message.send', actor: ann, roomId: 'r', clientId, ...draft, lane, ticket: 1 })
  }

  /** What it was told, of the whole server. */
  get told() {
    return this.heard.filter(({ kind }) => kind !== 'answer')
  }
}

describe('the owner of a log, before its gateways:', () => {
  let kit: OwnerKit
  let a: BareGateway
  let b: BareGateway

  beforeEach(async () => {
    kit = await openOwner()
    a = new BareGateway(kit)
    b = new BareGateway(kit)
    await a.commit({ ...ROOM, actor: ann, metadata: {}, members: ['bob'] })
  })
  afterEach(() => kit.dispose())

  it('tells all of them the same in the same order, a room’s events in the order of its log, whoever sends', async () => {
    const sends = Array.from({ length: 300 }, (_, n) => (n % 2 === 0 ? a : b).say(`m${n}`))
    a.tell({ kind: 'line', roomId: 'r', userId: 'ann' })
    b.tell({ kind: 'line', roomId: 'r', userId: 'bob' })
    await Promise.all(sends)
    await expect.poll(() => b.told.length).toBe(a.told.length)
    expect(b.told).toEqual(a.told)
    const seqs = a.told.flatMap(news => (news.kind === 'events' ? news.events.map(({ seq }) => seq) : []))
    expect(seqs).toEqual(Array.from({ length: 303 }, (_, i) => i + 1))
    expect(a.told.filter(({ kind }) => kind === 'line')).toHaveLength(2)
  })

  it('has told a gateway the news of a commit when it answers it', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? a : b).say(`m${n}`)))
    for (const { heard } of [a, b]) {
      const told = new Set<number>()
      for (const item of heard) {
        if (item.kind === 'events') for (const { seq } of item.events) told.add(seq)
        if (item.kind === 'answer' && item.outcome.ok) expect(told).toContain(item.outcome.seq)
      }
    }
  })

  it('has told of a ban of somebody who is no member when it answers it', async () => {
    const ban = { kind: 'ban.put', actor: ann, roomId: 'r', userId: 'cy', reason: null, until: null } as const
    expect(await a.commit(ban)).toMatchObject({ ok: true })
    expect(a.heard.slice(-2)).toMatchObject([{ kind: 'access', userId: 'cy', code: 'banned' }, { kind: 'answer' }])
    expect((await b.commit({ ...ban, actor: bob })).ok).toBe(false)
    expect(b.heard.filter(({ kind }) => kind === 'access')).toHaveLength(1)
  })

  it('commits what a gateway has sent that is gone: sent again over another, it is the same message', async () => {
    const sent = a.say('m1')
    sent.catch(() => {})
    await expect.poll(() => b.told.length).toBeGreaterThan(1)
    a.attached.detach('its thread has ended')
    a.close()
    const again = await b.say('m1')
    expect(again).toMatchObject({ ok: true, seq: 4, detail: { duplicate: true } })
    expect(await b.say('m2')).toMatchObject({ ok: true, seq: 5 })
    await expect(a.say('m3')).rejects.toBeInstanceOf(StoreUnavailable)
  })

  it('leaves a gateway that says nothing out of what is measured', async () => {
    const [ownerPort] = portPair()
    kit.owner.attach(ownerPort)
    kit.metrics.commits.inc(3)
    const [askedPort, port] = portPair()
    kit.owner.attach(askedPort)
    const asking = remote<OwnerServes['commits']>(new Line({ port, serves: {} }), 'commits', COMMITS)
    expect(await asking.metricsText()).toMatch(/^holdfast_commits_total 3$/m)
  })

  it('refuses what it has no room for, and goes on', async () => {
    const full = refused('unavailable', 'unable to write; too much is waiting for the store')
    const content = 'x'.repeat(1_048_576)
    const big = (clientId: string): LogCommand => {
      const draft = { type: 'text', content, replyTo: null, mentions: [], seen: null } as const
      return { kind: 'message.send', actor: ann, roomId: 'r', clientId, ...draft, lane: new SendLane(), ticket: 1 }
    }
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => a.commit(big(`m${n}`))))
    expect(outcomes.filter(({ ok }) => ok).length).toBeGreaterThan(10)
    expect(outcomes).toContainEqual(full)
    expect(await a.say('after')).toMatchObject({ ok: true })
  })
})
