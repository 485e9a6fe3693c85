import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogCommand, MessageSendCommand } from '../../src/log/command.ts'
import { SendLane } from '../../src/log/send-lane.ts'
import { pack, unpack } from '../../src/workers/command-parcel.ts'
import { ann, person } from '../log/kit.ts'

/** What a session may have done with a lane before. */
const historyArb = fc.array(
  fc.record({ does: fc.constantFrom('take', 'block', 'release'), clientId: fc.constantFrom('a', 'b', 'c') }),
  { maxLength: 8 },
)

function laneAfter(history: readonly { readonly does: string; readonly clientId: string }[]): SendLane {
  const lane = new SendLane()
  for (const { does, clientId } of history) {
    const ticket = lane.takeTicket()
    if (does === 'block') lane.block(clientId, ticket)
    if (does === 'release') lane.release(clientId)
  }
  return lane
}

function sending(lane: SendLane, clientId: string, content: string): MessageSendCommand {
  const draft = { type: 'text', content, replyTo: null, mentions: ['bob'], seen: null } as const
  return { kind: 'message.send', actor: ann, roomId: 'r', clientId, ...draft, lane, ticket: lane.takeTicket() }
}

/** A batch over some lanes, with commands among it that have none. */
const batchArb = fc
  .tuple(
    fc.array(historyArb, { minLength: 1, maxLength: 4 }),
    fc.array(fc.record({ lane: fc.nat(4), clientId: fc.constantFrom('a', 'b', 'c', 'd'), content: fc.string() }), {
      maxLength: 20,
    }),
  )
  .map(([histories, picks]) => {
    const lanes = histories.map(laneAfter)
    return picks.map(({ lane, clientId, content }): LogCommand => {
      const own = lanes[lane]
      return own === undefined ? { kind: 'user.seen', actor: person(clientId) } : sending(own, clientId, content)
    })
  })

function sendsOf(batch: readonly LogCommand[]): readonly MessageSendCommand[] {
  return batch.filter(command => command.kind === 'message.send')
}

describe('commands for another thread:', () => {
  it('arrive as they were, in their order, with lanes in the same state and shared by the same sends', () => {
    fc.assert(
      fc.property(batchArb, batch => {
        const arrived = unpack(structuredClone(pack(batch)))
        const bare = (command: LogCommand) => (command.kind === 'message.send' ? { ...command, lane: null } : command)
        expect(arrived.map(bare)).toEqual(batch.map(bare))
        const [before, after] = [sendsOf(batch), sendsOf(arrived)]
        before.forEach((command, i) => {
          expect(after[i]?.lane.state).toEqual(command.lane.state)
          const shared = (sends: readonly MessageSendCommand[]) => sends.map(({ lane }) => lane === sends[i]?.lane)
          expect(shared(after)).toEqual(shared(before))
        })
      }),
    )
  })

  it('are decided as they would be here: a lane that is held is held there, and by the same message', () => {
    const lane = new SendLane()
    const ticket = lane.takeTicket()
    lane.block('first', ticket)
    const [retry, behind] = sendsOf(unpack(structuredClone(pack([sending(lane, 'first', ''), sending(lane, 'x', '')]))))
    expect(retry?.lane.isBlockedFor('first', retry.ticket)).toBe(false)
    expect(behind?.lane.isBlockedFor('x', behind.ticket)).toBe(true)
    behind?.lane.release('first')
    expect(lane.isBlockedFor('x')).toBe(true)
  })
})
