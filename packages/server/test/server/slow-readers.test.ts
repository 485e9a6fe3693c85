import { afterEach, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

const CONTENT = 'x'.repeat(8_000)

describe('[slow] readers that do not read', () => {
  let server: LiveServer
  afterEach(() => server.close())

  async function flood(messages: number, from = 0): Promise<void> {
    const sender = await server.client('ann')
    for (let i = from; i < from + messages; i += 8) {
      const frames = Array.from({ length: 8 }, (_, j) => ({
        type: 'message.send',
        roomId: 'hot',
        clientId: `m${i + j}`,
        content: CONTENT,
      }))
      sender.send(frames)
      await sender.next('message.ack', frame => frame.clientId === `m${i + 7}`)
    }
    sender.terminate()
  }

  test('are detached as lagging once they have taken what was sent, and resume from their cursors without gap or repeat', async () => {
    server = await LiveServer.start({ limits: { sendQueueBytes: 262_144 } })
    await server.room('hot', 'ann', ['ben', 'cy'])
    const [ben, cy] = [await server.client('ben'), await server.client('cy')]
    const { epoch } = (await ben.openRoom('hot')) as { epoch: string }
    await cy.openRoom('hot')
    ben.ws.pause()
    // Far more than the budget and what the kernel takes.
    await flood(2_000)
    await cy.until(() => cy.events('hot').length === 2_000, 'the other reader to have all')
    ben.ws.resume()
    expect(await ben.next('room.detached')).toMatchObject({ roomId: 'hot', code: 'lagging' })
    const before = ben.events('hot')
    expect(before.length).toBeLessThan(2_000)
    expect(before.map(event => event.seq)).toEqual(before.map((_, i) => 5 + i))
    for (let last = before.at(-1)?.seq ?? 4; last < 2_004; last = ben.events('hot').at(-1)?.seq ?? last) {
      const from = ben.frames.length
      const seq = last
      const answer = await ben.openRoom('hot', { epoch, seq })
      if (answer.type === 'error') throw new Error(answer.message)
      if (ben.frames.slice(from).some(frame => frame.type === 'room.snapshot')) break
    }
    await ben.fence()
    const seqs = ben.events('hot').map(event => event.seq)
    expect(seqs).toEqual(seqs.map((_, i) => 5 + i))
  })

  test('that never take it are closed with 4008, and the memory that they held is bounded and given back', async () => {
    server = await LiveServer.start({ limits: { sendQueueBytes: 262_144, slowReaderMs: 300 } })
    await server.room('hot', 'ann', ['ben'])
    const stalled = await Promise.all(Array.from({ length: 4 }, () => server.client('ben')))
    for (const reader of stalled) {
      await reader.openRoom('hot')
      reader.ws.pause()
    }
    await flood(2_000)
    const closes = async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).match(/closes_total\{code="4008"\} (\d+)/)?.[1]
    await expect.poll(closes, { timeout: 10_000 }).toBe('4')
    for (const reader of stalled) {
      reader.ws.resume()
      expect(await reader.closed()).toBe(4008)
      const seqs = reader.events('hot').map(event => event.seq)
      expect(seqs).toEqual(seqs.map((_, i) => 4 + i))
    }
  })

  test('who also send are held up, not buffered: every command is answered once they read', async () => {
    server = await LiveServer.start({ limits: { sendQueueBytes: 65_536 } })
    await server.room('hot', 'ann', ['ben'])
    const ben = await server.client('ben')
    await ben.openRoom('hot')
    ben.ws.pause()
    await flood(2_000)
    for (let i = 0; i < 3_000; i++)
      ben.send({ type: 'message.send', roomId: 'hot', clientId: `b${i}`, content: `${i}` })
    ben.ws.resume()
    await ben.next('message.ack', frame => frame.clientId === 'b2999')
    const acks = ben.frames.flatMap(frame => (frame.type === 'message.ack' ? [frame.clientId] : []))
    expect(acks).toEqual(Array.from({ length: 3_000 }, (_, i) => `b${i}`))
  })
})
