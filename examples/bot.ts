/**
 * A bot: it joins a public room and answers whoever asks it the time.
 *
 *   HOLDFAST_URL=http://127.0.0.1:8080 ROOM=lobby node --conditions=holdfast-source examples/bot.ts
 *
 * Then write "!time" in that room. The bot survives a restart of the server: it reconnects by itself, misses nothing that
 * was written meanwhile, and answers nothing twice.
 */
import { createClient } from '@holdfast/client'

const url = process.env.HOLDFAST_URL ?? 'http://127.0.0.1:8080'
const headers = { 'content-type': 'application/json' }
const guest = await fetch(`${url}/api/auth/guest`, { method: 'POST', headers, body: '{"name":"Time bot"}' })
const { token } = await guest.json()

const client = createClient({ url, getToken: () => token })
client.connect()
const room = client.room(process.env.ROOM ?? 'lobby')
await room.join()

let answered = Number.POSITIVE_INFINITY // everything up to this seq has been looked at
room.subscribe(() => {
  const { status, timeline, continuity } = room.getSnapshot()
  if (status === 'live' && answered === Number.POSITIVE_INFINITY) {
    answered = continuity.seq // what was written before the bot came is not for it
    console.log(`answering in ${room.id}`)
  }
  for (const entry of timeline) {
    if (entry.kind !== 'message' || entry.message.seq <= answered) continue
    answered = entry.message.seq
    if (entry.message.content === '!time') room.send(`It is ${new Date().toISOString()}`, { replyTo: entry.message.id })
  }
})
room.open()
