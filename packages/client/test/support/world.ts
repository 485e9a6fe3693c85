import { type Client, type ClientOptions, createClient, type RoomHandle, type RoomView } from '../../src/index.ts'
import {
  createFakeServer,
  type FakePlatform,
  type FakeServerOptions,
  fakePlatform,
  settle,
  VirtualTime,
} from '../../src/testing.ts'

/** The room of most tests. */
export const ROOM = 'lobby'

/** A fake server and any number of clients, in one time. */
export class World {
  readonly time = new VirtualTime()
  readonly server

  /** Without an inbox, unless told otherwise: what tests of it do is theirs to time. */
  constructor(options: Omit<FakeServerOptions, 'time'> = {}) {
    this.server = createFakeServer({ inbox: 'none', ...options, time: this.time })
    this.server.onBadFrame = reason => {
      throw new Error(`the client sent a bad frame: ${reason}`)
    }
    this.server.room(ROOM, 'ann', 'bob')
  }

  /** A client of `userId`, not connected. */
  client(
    userId: string,
    options: Partial<ClientOptions> & { readonly fraction?: () => number } = {},
  ): { readonly client: Client; readonly platform: FakePlatform; readonly room: RoomHandle } {
    const { fraction, ...rest } = options
    const platform = fakePlatform(userId, this.server, { time: this.time, ...(fraction && { fraction }) })
    const client = createClient({ url: 'http://fake', getToken: () => userId, platform, ...rest })
    return { client, platform, room: client.room(ROOM) }
  }

  /** A client of `userId`, online, with the room open and live. */
  async join(userId: string, options: Parameters<World['client']>[1] = {}) {
    const joined = this.client(userId, options)
    joined.client.connect()
    const close = joined.room.open()
    await settle()
    return { ...joined, close }
  }
}

/** What people read: the rows' texts in order. */
export function texts(view: RoomView): readonly string[] {
  return view.timeline.map(entry =>
    entry.kind === 'message' ? entry.message.content : `${entry.content} (${entry.status})`,
  )
}

/** The clientIds of all rows, in order. */
export function clientIds(view: RoomView): readonly string[] {
  return view.timeline.map(entry => (entry.kind === 'message' ? entry.message.clientId : entry.clientId))
}
