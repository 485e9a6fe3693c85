import { DEFAULT_SESSION_LIMITS, type DownFrame, type MessageSend } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogCommand } from '../../src/log/command.ts'
import { refused } from '../../src/log/outcome.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import type { CommandContext } from '../../src/session/context.ts'
import { dispatchCommand } from '../../src/session/dispatch.ts'
import { Lanes, MAX_LANES } from '../../src/session/lanes.ts'
import { noPersonLimit } from '../../src/session/token-bucket.ts'
import { settle } from '../support/fake-platform.ts'
import { actorOf } from '../support/fake-reader.ts'
import { noSignals } from '../support/no-signals.ts'
import { ROOM, RoomWorld } from '../support/room-world.ts'

type Status = 'new' | 'under way' | 'refused' | 'acked' | 'given up'

/**
 * A client that keeps its messages in order: it sends without waiting for answers until one is refused; then, when everything
 * is answered, it sends what was refused again, in order. The first refused it may give up at any moment.
 */
class Sender {
  readonly status: Status[] = []
  readonly seqs: number[] = []
  readonly codes = new Set<string>()
  readonly context: CommandContext
  /** What was under way then may be refused for it: until that is known, nothing new is sent. */
  #hasGivenUp = false

  constructor(context: CommandContext) {
    this.context = context
  }

  sendNext(): void {
    if (this.status.includes('refused') || this.#hasGivenUp) return
    this.status.push('new')
    this.#send(this.status.length - 1)
  }

  resend(): void {
    if (this.status.includes('under way')) return
    this.#hasGivenUp = false
    for (const [i, status] of this.status.entries()) if (status === 'refused') this.#send(i)
  }

  /** Gives the first refused message up; those behind it are sent again before anything new is. */
  giveUp(): void {
    const first = this.status.indexOf('refused')
    if (first === -1) return
    this.#hasGivenUp = true
    this.status[first] = 'given up'
    void dispatchCommand(this.context, { type: 'message.cancel', roomId: ROOM, clientId: `c${first}` })
    this.resend()
  }

  #send(index: number): void {
    this.status[index] = 'under way'
    const frame: MessageSend = {
      type: 'message.send',
      roomId: ROOM,
      clientId: `c${index}`,
      content: `message ${index}`,
    }
    void dispatchCommand(this.context, frame).then(answer => this.#answered(index, answer))
  }

  #answered(index: number, answer: DownFrame | null): void {
    if (answer?.type === 'message.ack') {
      this.status[index] = 'acked'
      this.seqs[index] = answer.seq
      return
    }
    if (answer?.type !== 'error') throw new Error(`unexpected answer ${JSON.stringify(answer)}`)
    this.codes.add(answer.code)
    this.status[index] = 'refused'
  }
}

/** Ann's session in a world, nothing of it limited. */
function contextOf(world: RoomWorld): CommandContext {
  return {
    actor: actorOf('ann'),
    source: { sessionId: null, actor: actorOf('ann') },
    signals: noSignals,
    lanes: new Lanes(),
    limits: DEFAULT_SESSION_LIMITS,
    sendLimit: noPersonLimit,
    changeLimit: noPersonLimit,
    metrics: createMetrics(),
    submit: command => world.submit(command),
    refresh: async () => null,
  }
}

/** A store that cannot write when the test says so. */
function moody(moods: boolean[]) {
  return (log: RoomLog): RoomLog =>
    new Proxy(log, {
      get(target, name: keyof RoomLog) {
        const method = target[name] as (...args: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          const isAway = name === 'commit' && moods.shift() === true
          const batch = args[0] as readonly LogCommand[]
          return isAway ? batch.map(() => refused('unavailable', 'away')) : method.apply(target, args)
        }
      },
    })
}

describe('[order] messages of one session to one room', () => {
  test('keep the order sent, whoever refuses whichever for a passing reason, and however they are sent again', async () => {
    const codes = new Set<string>()
    const action = fc.constantFrom(
      'send',
      'send',
      'send',
      'send',
      'resend',
      'resend',
      'settle',
      'commit',
      'give up' as const,
    )
    const flips = (bias: number) =>
      fc.array(
        fc.nat({ max: 9 }).map(n => n < bias),
        { maxLength: 80, size: 'max' },
      )
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 20, maxLength: 80, size: 'max' }),
        flips(3),
        flips(3),
        async (actions, fast, away) => {
          const moods: boolean[] = []
          const world = await RoomWorld.withRoom(['ann'], { log: moody(moods) })
          moods.push(...away)
          const tooFast = [...fast]
          const sender = new Sender({
            ...contextOf(world),
            sendLimit: { take: () => (tooFast.shift() === true ? 10 : 0) },
          })
          for (const step of actions) {
            if (step === 'send') sender.sendNext()
            else if (step === 'resend') sender.resend()
            else if (step === 'give up') sender.giveUp()
            else if (step === 'settle') await settle()
            else await world.platform.advance(0)
            const last = sender.status.lastIndexOf('acked')
            const before = sender.status.slice(0, Math.max(0, last))
            expect(before.filter(status => status !== 'acked' && status !== 'given up')).toEqual([])
          }
          const acked = sender.seqs.filter(seq => seq !== undefined)
          expect(acked).toEqual(acked.toSorted((a, b) => a - b))
          for (const code of sender.codes) codes.add(code)
        },
      ),
      { numRuns: 400 },
    )
    expect(codes).toEqual(new Set(['rate_limited', 'unavailable', 'out_of_order']))
  })

  test('[cancel] what had arrived before the cancel is still refused, what comes after it is not', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const waits = [10, 0, 0]
    const context = { ...contextOf(world), sendLimit: { take: () => waits.shift() ?? 0 } }
    const send = (clientId: string) =>
      dispatchCommand(context, { type: 'message.send', roomId: ROOM, clientId, content: clientId })
    const first = send('a')
    const behind = send('b')
    await settle()
    expect(await first).toMatchObject({ code: 'rate_limited' })
    const cancel = dispatchCommand(context, { type: 'message.cancel', roomId: ROOM, clientId: 'a' })
    const after = send('c')
    await world.platform.advance(10)
    expect(await cancel).toMatchObject({ type: 'ok' })
    expect(await behind).toMatchObject({ code: 'out_of_order' })
    expect(await after).toMatchObject({ type: 'message.ack', seq: 4 })
    expect(context.lanes.size).toBe(0)
  })

  test('[bounded] rooms whose sends are refused for a while do not grow a session without end', async () => {
    const lanes = new Lanes()
    const world = await RoomWorld.withRoom(['ann'])
    const context = { ...contextOf(world), lanes, sendLimit: { take: () => 10 } }
    const send = (i: number) =>
      dispatchCommand(context, { type: 'message.send', roomId: `room-${i}`, clientId: 'c', content: 'text' })
    for (let i = 0; i < MAX_LANES; i++) expect(await send(i)).toMatchObject({ code: 'rate_limited' })
    expect(await send(MAX_LANES)).toMatchObject({ type: 'error', code: 'too_large', clientId: 'c' })
    expect(lanes.size).toBe(MAX_LANES)
    for (let i = 0; i < MAX_LANES; i++) lanes.cancel(`room-${i}`, 'c')
    expect(lanes.size).toBe(0)
  })
})
