import type { Group } from './group.ts'
import type { Scale } from './scale.ts'

const BYTES_A_KB = 1_000
const MERGED = 10_000
const MEMBERS = 1_000
const TIMES = 100

/** What the SDK does in the user's browser, where rooms grow long. */
export function client({ held }: Scale): Group {
  return {
    id: 'client',
    title: 'The client by itself',
    about:
      `Frames are handed to the SDK as a socket would, without a network; a listener reads the room's view after each, as an application does. ${MERGED.toLocaleString('en')} events merged into a ` +
      `room that holds 100 messages; a room of ${MEMBERS.toLocaleString('en')} members opened; then one message, reaction, receipt or page more in a room that holds so many messages. All of it is processor time.`,
    columns: [
      { figure: 'messageUs', label: 'one message more', unit: 'µs' },
      { figure: 'reactionUs', label: 'a reaction', unit: 'µs' },
      { figure: 'receiptUs', label: 'a receipt', unit: 'µs' },
      { figure: 'pageUs', label: '50 older ones', unit: 'µs' },
      { figure: 'mergeMs', label: 'merging', unit: 'ms' },
      { figure: 'openMs', label: 'opening', unit: 'ms' },
      { figure: 'bytesPerMessage', label: 'memory of a message', unit: 'KB', per: BYTES_A_KB },
    ],
    more: false,
    plot: null,
    jobs: held.map(messages => ({
      label: `${messages.toLocaleString('en')} messages held`,
      peers: ['sdk'],
      spec: {
        scenario: 'client',
        parameters: { held: messages, merged: MERGED, members: MEMBERS, times: TIMES },
      },
    })),
  }
}
