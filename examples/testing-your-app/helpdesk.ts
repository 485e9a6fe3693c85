import type { Client } from '@holdfast/client'

/**
 * An application that is to be tested: answers whatever ends in a question mark, each question once. Returns how to stop.
 * What was asked before it came is not for it.
 */
export function startHelpdesk(client: Client, roomId: string, answerTo: (question: string) => string): () => void {
  const room = client.room(roomId)
  let answered = Number.POSITIVE_INFINITY
  const unsubscribe = room.subscribe(() => {
    const { status, timeline, continuity } = room.getSnapshot()
    if (status === 'live') answered = Math.min(answered, continuity.seq)
    for (const row of timeline) {
      if (row.kind !== 'message' || row.own || row.message.seq <= answered) continue
      answered = row.message.seq
      const { id, content } = row.message
      if (content.endsWith('?')) room.send(answerTo(content), { replyTo: id })
    }
  })
  const close = room.open()
  client.connect()
  return () => {
    unsubscribe()
    close()
    client.disconnect()
  }
}
