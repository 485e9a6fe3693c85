/**
 * A process that writes to the log in the folder given as fast as it can, and tells each acknowledged message on
 * standard output: `ack <clientId> <seq> <messageId>`. It is killed.
 */
import { writeSync } from 'node:fs'
import { Committer, DEFAULT_COMMITTER_LIMITS } from '../../../src/log/committer.ts'
import { SendLane } from '../../../src/log/send-lane.ts'
import { openSqliteLog } from '../../../src/log/sqlite/sqlite-log.ts'
import { systemPlatform } from '../../../src/platform/system.ts'

const WRITERS = 24
const [dataDir = '', round = ''] = process.argv.slice(2)
const { scheduler } = systemPlatform
const log = await openSqliteLog({ dataDir, platform: systemPlatform })
const committer = new Committer({ log, scheduler, publish: () => {}, limits: DEFAULT_COMMITTER_LIMITS })
const actor = { userId: 'writer', name: 'Writer', isAdmin: false }

const room = { name: 'r', type: 'public', topic: '', ephemeral: false, metadata: {}, members: [] } as const
await committer.submit({ kind: 'room.create', actor, roomId: 'r', ...room })
writeSync(1, 'ready\n')

async function write(writer: number): Promise<never> {
  const lane = new SendLane()
  for (let n = 0; ; n++) {
    const clientId = `${round}-${writer}-${n}`
    const draft = { type: 'text', content: `message ${clientId}`, replyTo: null, mentions: [], seen: null } as const
    const send = {
      kind: 'message.send',
      actor,
      roomId: 'r',
      clientId,
      ...draft,
      lane,
      ticket: lane.takeTicket(),
    } as const
    const outcome = await committer.submit(send)
    if (!outcome.ok || outcome.detail.kind !== 'ack') throw new Error(`unable to send; ${JSON.stringify(outcome)}`)
    writeSync(1, `ack ${clientId} ${outcome.seq} ${outcome.detail.messageId}\n`)
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
