import { describe, expect, test } from 'vitest'
import { ROOM, World } from '../support/world.ts'

async function withMessage() {
  const world = new World()
  const joined = await world.join('ann')
  world.server.say(ROOM, 'ann', 'mine')
  const [row] = joined.room.getSnapshot().timeline
  const id = row?.kind === 'message' ? row.message.id : ''
  const message = () => {
    const [now] = joined.room.getSnapshot().timeline
    return now?.kind === 'message' ? now.message : null
  }
  return { world, id, message, ...joined }
}

describe('commands', () => {
  test('edit, react, pin and delete resolve once done, and show', async () => {
    const { room, id, message } = await withMessage()
    await room.edit(id, 'better')
    await room.react(id, '👍')
    await room.pin(id)
    expect(message()).toMatchObject({ content: 'better', reactions: { '👍': ['ann'] }, pinned: true })
    await room.delete(id)
    expect(message()).toMatchObject({ content: '', reactions: {}, pinned: false })
  })

  test('a refusal is an error with the server’s words', async () => {
    const { world, room, id } = await withMessage()
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'message.edit') return false
      connection.refuse(frame, 'rate_limited', 700)
      return true
    }
    await expect(room.edit(id, 'x')).rejects.toMatchObject({
      name: 'HoldfastError',
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 700,
    })
  })

  test('unanswered when the connection ends: asked again, in order, on the next', async () => {
    const { world, room, id, message } = await withMessage()
    world.server.behaviour = frame => frame.type === 'message.edit'
    const edits = [room.edit(id, 'first'), room.edit(id, 'second')]
    await world.time.advance(0)
    world.server.behaviour = () => false
    world.server.last.end(1006)
    await world.time.advance(2_000)
    await Promise.all(edits)
    expect(message()?.content).toBe('second')
  })

  test('without a connection they wait 30 s, then say so', async () => {
    const { world, client, room, id } = await withMessage()
    client.disconnect()
    const edit = room.edit(id, 'x')
    const failed = expect(edit).rejects.toMatchObject({ code: 'timeout', retryable: true })
    await world.time.advance(30_000)
    await failed
  })

  test('at most 256 wait at once; signing out ends them', async () => {
    const { client, room, id } = await withMessage()
    client.disconnect()
    const waiting = Array.from({ length: 256 }, () => room.react(id, 'k'))
    const all = Promise.allSettled(waiting)
    await expect(room.react(id, 'k')).rejects.toMatchObject({ code: 'unavailable' })
    await client.logout()
    expect((await all).every(result => result.status === 'rejected' && result.reason.code === 'closed')).toBe(true)
  })

  test('one too large for a frame is refused here, and the connection lives', async () => {
    const { world, room, id } = await withMessage()
    await expect(room.edit(id, 'x'.repeat(70_000))).rejects.toMatchObject({ code: 'too_large' })
    await room.edit(id, 'small')
    expect(world.server.last.received.filter(frame => frame.type === 'message.edit')).toHaveLength(1)
  })
})
