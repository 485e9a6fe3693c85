import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

/** What a session said: the text of each of its messages, and that of each that it was sent. */
export interface Traffic {
  readonly sent: readonly string[]
  readonly received: readonly string[]
}

/**
 * A conversation of `userId` with a real server, with every frame that a client can send; `roomId` is a room in which they may
 * do everything.
 */
export async function recordTraffic(url: string, userId: string, roomId: string): Promise<Traffic> {
  const token = await tokenFor(userId)
  const client = await RawClient.connect(url, token)
  const [sent, received]: [string[], string[]] = [[], []]
  client.ws.on('message', data => received.push(String(data)))
  const send = (frame: object) => {
    sent.push(JSON.stringify(frame))
    client.send(frame)
  }
  const ask = async (frame: object) => {
    const ref = client.ref()
    send({ ref, ...frame })
    await client.until(() => client.frames.some(got => 'ref' in got && got.ref === ref), `the answer to ${ref}`)
  }

  const device = { name: 'recorded', version: '1.2.3', platform: 'web', device: 'desktop' }
  send({
    type: 'session.hello',
    protocol: 1,
    client: device,
    inbox: true,
    inboxSince: 'x',
    rooms: [{ roomId: 'none' }],
  })
  await client.next('session.welcome')
  await ask({ type: 'room.open', roomId, window: 20 })
  const { epoch } = await client.next('room.snapshot')
  const draft = { type: 'message.send', roomId, clientId: `${userId}-1`, content: 'Grüße 🚢', kind: 'text' }
  send({ ...draft, mentions: [userId, 'ann'], seen: 1, replyTo: null, attachments: [] })
  const { messageId, seq } = await client.next('message.ack')
  const about = { roomId, messageId }
  send({ ...draft, clientId: `${userId}-2`, content: 'A reply', replyTo: messageId })
  await client.next('message.ack', frame => frame.clientId === `${userId}-2`)
  await ask({ type: 'message.cancel', roomId, clientId: `${userId}-3` })
  await ask({ type: 'message.edit', ...about, content: 'Edited', mentions: ['ann'] })
  await ask({ type: 'reaction.add', ...about, key: '👍' })
  await ask({ type: 'reaction.remove', ...about, key: '👍' })
  await ask({ type: 'message.pin', ...about })
  await ask({ type: 'message.unpin', ...about })
  send({ type: 'room.read', roomId, seq, readRevision: 0 })
  send({ type: 'typing.start', roomId })
  send({ type: 'typing.stop', roomId })
  const dndUntil = 4_000_000_000_000
  send({ type: 'presence.set', status: 'busy', customStatus: 'Recording', dndUntil, currentRoom: roomId })
  await ask({ type: 'presence.watch', userIds: ['ann', 'nobody'] })
  await ask({ type: 'auth.refresh', token })
  await ask({ type: 'message.delete', ...about })
  await ask({ type: 'room.open', roomId, epoch, seq: 1 })
  await ask({ type: 'room.close', roomId })
  send({ type: 'ping', n: 7 })
  await client.next('pong')
  client.terminate()
  return { sent, received }
}
