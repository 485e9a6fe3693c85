import { actorOf, type FakeReader } from './fake-reader.ts'
import { ROOM, RoomWorld, type WorldOptions } from './room-world.ts'
import { TypingScreen } from './typing-screen.ts'

/** Members of the room of most tests about typing. */
export const ALL = ['ann', 'ben', 'cy', 'dan', 'eve', 'fay']

/** A reader, and what their screen says about who types. */
interface Seen {
  readonly reader: FakeReader
  readonly screen: TypingScreen
}

/** A room in which people type. */
export class TypingWorld {
  readonly world: RoomWorld
  constructor(world: RoomWorld) {
    this.world = world
  }

  static async of(members: readonly string[], options: WorldOptions = {}): Promise<TypingWorld> {
    return new TypingWorld(await RoomWorld.withRoom(members, options))
  }

  async open(userId: string, node = 0): Promise<Seen> {
    const reader = this.world.open(userId, null, { node })
    const screen = new TypingScreen(reader, this.world.platform.clock)
    await this.world.platform.advance(1)
    return { reader, screen }
  }

  async start(userId: string, session = userId): Promise<void> {
    await this.world.typing[0]?.start(session, actorOf(userId), ROOM)
    await this.world.platform.advance(1)
  }

  async stop(userId: string, session = userId): Promise<void> {
    this.world.typing[0]?.stop(session, actorOf(userId), ROOM)
    await this.world.platform.advance(1)
  }

  wait(ms: number): Promise<void> {
    return this.world.platform.advance(ms)
  }

  async leave(userId: string): Promise<void> {
    await this.world.run({ kind: 'member.leave', actor: actorOf(userId), roomId: ROOM })
  }
}
