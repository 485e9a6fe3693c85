import { describe, expect, it } from 'vitest'
import { settleLane } from '../../src/log/decide/batch-lanes.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import { refused } from '../../src/log/outcome.ts'
import { SendLane } from '../../src/log/send-lane.ts'

import { ann, Harness, TestPlatform } from './kit.ts'

describe('a lane of sends:', () => {
  it('[C40] the earliest refused ticket holds the lane, whichever refusal is known first', () => {
    const lane = new SendLane()
    const [first, second] = [lane.takeTicket(), lane.takeTicket()]
    lane.block('second', second)
    lane.block('first', first)
    expect(lane.blockedBy).toBe('first')
    lane.block('second', second)
    expect(lane.blockedBy).toBe('first')
  })

  it('[C41] the refused one may go, and what took its ticket earlier; what is behind may not', () => {
    const lane = new SendLane()
    const [before, refused, behind] = [lane.takeTicket(), lane.takeTicket(), lane.takeTicket()]
    lane.block('refused', refused)
    expect(lane.isBlockedFor('before', before)).toBe(false)
    expect(lane.isBlockedFor('refused', lane.takeTicket())).toBe(false)
    expect(lane.isBlockedFor('behind', behind)).toBe(true)
    expect(lane.isBlockedFor('any later one')).toBe(true)
  })

  it('[C45] refused again when it is sent again, it still holds back what arrived between the two', () => {
    const lane = new SendLane()
    const [first, between] = [lane.takeTicket(), lane.takeTicket()]
    lane.block('refused', first)
    lane.block('refused', lane.takeTicket())
    expect(lane.isBlockedFor('between', between)).toBe(true)
  })

  it('[C42] only the one that holds the lane frees it', () => {
    const lane = new SendLane()
    lane.block('held', lane.takeTicket())
    lane.release('another')
    expect(lane.blockedBy).toBe('held')
    lane.release('held')
    expect(lane.isBlockedFor('another')).toBe(false)
  })

  it('[C43] a copy goes its own way', () => {
    const lane = new SendLane()
    lane.block('held', lane.takeTicket())
    const copy = lane.copy()
    copy.release('held')
    expect([lane.blockedBy, copy.blockedBy, copy.takeTicket()]).toEqual(['held', null, 2])
  })

  it('[C44] to be refused for being behind another holds nothing: that one may have been given up meanwhile', () => {
    const h = new Harness({
      log: createMemoryLog({ platform: new TestPlatform() }),
      platform: new TestPlatform(),
      ephemeral: false,
    })
    const lane = new SendLane()
    settleLane(lane, h.sending(ann, 'r', 'text', { lane }), refused('out_of_order', 'unable to send; test'))
    expect(lane.blockedBy).toBeNull()
  })
})
