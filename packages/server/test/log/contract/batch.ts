import { expect, it } from 'vitest'
import { SendLane } from '../../../src/log/send-lane.ts'
import { ann, bob, cy, type Harness } from '../kit.ts'

export function batchRules(use: () => Harness): void {
  it('[L10] commands of a batch see those before them; one refusal changes nothing for its neighbours', async () => {
    const h = use()
    const outcomes = await h.log.commit([
      h.creation(ann, 'r'),
      h.sending(bob, 'r', 'too early'),
      { kind: 'member.join', actor: bob, roomId: 'r' },
      h.sending(bob, 'r', 'hello'),
      { kind: 'ban.put', actor: ann, roomId: 'r', userId: 'bob', reason: null, until: null },
      h.sending(bob, 'r', 'too late'),
      h.sending(ann, 'r', 'peace'),
    ])
    expect(outcomes.map(outcome => (outcome.ok ? outcome.seq : outcome.refusal.code))).toEqual([
      2,
      'forbidden',
      3,
      4,
      5,
      'forbidden',
      6,
    ])
    expect((await h.events('r')).map(event => event.seq)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('[L11] an empty batch is no trouble', async () => {
    expect(await use().log.commit([])).toEqual([])
  })

  it('[L12] a passing refusal holds back what the session sends to the room behind it, in the batch as after it', async () => {
    const h = use()
    await h.create(ann, 'r', { members: ['bob', 'cy'] })
    await h.create(ann, 'other', { members: ['bob'] })
    await h.run({ kind: 'room.update', actor: ann, roomId: 'r', changes: { slowModeMs: 1_000 } })
    await h.say(bob, 'r', 'one')
    const lane = new SendLane()
    const outcomes = await h.log.commit([
      h.sending(bob, 'r', 'two', { lane, clientId: 'two' }),
      h.sending(bob, 'r', 'three', { lane, clientId: 'three' }),
      h.sending(cy, 'r', 'another session'),
      h.sending(bob, 'other', 'another room'),
    ])
    expect(outcomes.map(outcome => (outcome.ok ? 'ok' : outcome.refusal.code))).toEqual([
      'rate_limited',
      'out_of_order',
      'ok',
      'ok',
    ])
    expect(lane.blockedBy, "the session's lane is the committer's to settle").toBeNull()
  })

  it('[L13] what took its ticket before the refused one is not behind it', async () => {
    const h = use()
    await h.create(ann, 'r')
    const lane = new SendLane()
    const before = h.sending(ann, 'r', 'before', { lane, clientId: 'before' })
    lane.block('refused by the session', lane.takeTicket())
    const behind = h.sending(ann, 'r', 'behind', { lane, clientId: 'behind' })
    const again = h.sending(ann, 'r', 'again', { lane, clientId: 'refused by the session' })
    const free = h.sending(ann, 'r', 'behind', { lane, clientId: 'behind' })
    const outcomes = await h.log.commit([before, behind, again, free])
    expect(outcomes.map(outcome => (outcome.ok ? 'ok' : outcome.refusal.code))).toEqual([
      'ok',
      'out_of_order',
      'ok',
      'ok',
    ])
  })

  it('[L14] a retry that is told first frees the lane for those behind it in the same batch', async () => {
    const h = use()
    await h.create(ann, 'r')
    const lane = new SendLane()
    lane.block('held', lane.takeTicket())
    const outcomes = await h.log.commit([
      h.sending(ann, 'r', 'held', { lane, clientId: 'held' }),
      h.sending(ann, 'r', 'next', { lane, clientId: 'next' }),
    ])
    expect(outcomes.map(outcome => outcome.ok)).toEqual([true, true])
  })
}
