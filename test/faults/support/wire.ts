import type { Cursor, DownFrame, RoomEvent, UpFrame } from '@holdfast/protocol'
import { type Change, faceOf, type Saw } from './history-lines.ts'

/** Told of everything that the sockets of a device carry, before the client is. */
export type OnSaw = (device: string, saw: Saw) => void

type Command = Extract<UpFrame, { type: Change['change'] }>
type Hello = Extract<UpFrame, { type: 'session.hello' }>

/**
 * A WebSocket below the real client that tells what it carries. Whose it is stands in the token it is opened with.
 */
export function recordedWebSocket(onSaw: OnSaw): typeof WebSocket {
  const counts = new Map<string, number>()
  return class extends WebSocket {
    readonly #device: string
    readonly #socket: number
    /** What was asked by ref and is not answered yet. */
    readonly #asked = new Map<string, Command>()

    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols)
      this.#device = deviceOf([protocols].flat())
      this.#socket = (counts.get(this.#device) ?? 0) + 1
      counts.set(this.#device, this.#socket)
      const socket = this.#socket
      this.addEventListener('open', () => this.#saw({ what: 'connected', socket }))
      this.addEventListener('close', ({ code }) => this.#saw({ what: 'disconnected', socket, code }))
      this.addEventListener('message', ({ data }) => {
        for (const frame of framesOf<DownFrame>(String(data))) this.#heard(frame)
      })
    }

    override send(data: string): void {
      for (const frame of framesOf<UpFrame>(data)) this.#told(frame)
      super.send(data)
    }

    #saw(saw: Saw): void {
      onSaw(this.#device, saw)
    }

    #told(frame: UpFrame): void {
      const socket = this.#socket
      if (frame.type === 'session.hello') {
        for (const room of roomsOf(frame)) {
          this.#saw({ what: 'opened', socket, roomId: room.roomId, from: cursorOf(room) })
        }
      } else if (frame.type === 'room.open') {
        this.#saw({ what: 'opened', socket, roomId: frame.roomId, from: cursorOf(frame) })
      } else if (frame.type === 'room.close') {
        this.#saw({ what: 'closed', socket, roomId: frame.roomId })
      } else if (isCommand(frame) && frame.ref !== undefined) {
        this.#asked.set(frame.ref, frame)
      }
    }

    #heard(frame: DownFrame): void {
      const socket = this.#socket
      if (frame.type === 'ok') this.#answered(frame)
      else if (frame.type === 'error') this.#asked.delete(frame.ref ?? '')
      else {
        const saw = sawOf(socket, frame)
        if (saw !== null) this.#saw(saw)
      }
    }

    #answered({ ref = '', seq }: Extract<DownFrame, { type: 'ok' }>): void {
      const frame = this.#asked.get(ref)
      if (frame === undefined || seq === undefined) return
      this.#asked.delete(ref)
      const { type: change, roomId, messageId } = frame
      this.#saw({ what: 'changed', roomId, seq, change, messageId, value: valueIn(frame) })
    }
  }
}

function sawOf(socket: number, frame: DownFrame): Saw | null {
  switch (frame.type) {
    case 'room.snapshot': {
      const { roomId, epoch, seq, messages } = frame
      const places = messages.map(({ seq: at, id }) => ({ seq: at, messageId: id }))
      return { what: 'snapshot', socket, roomId, epoch, seq, places }
    }
    case 'message.event': {
      const events = frame.events.map((event: RoomEvent) => ({ seq: event.seq, face: faceOf(event) }))
      return { what: 'events', socket, roomId: frame.roomId, events }
    }
    case 'room.live':
      return { what: 'live', socket, roomId: frame.roomId, epoch: frame.epoch, seq: frame.seq }
    case 'room.detached':
      return { what: 'detached', socket, roomId: frame.roomId, code: frame.code }
    default:
      return null
  }
}

function roomsOf(hello: Hello): NonNullable<Hello['rooms']> {
  return hello.rooms ?? []
}

function cursorOf({ epoch, seq }: { readonly [K in keyof Cursor]?: Cursor[K] | undefined }): Cursor | null {
  return epoch === undefined || seq === undefined ? null : { epoch, seq }
}

function isCommand(frame: UpFrame): frame is Command {
  return frame.type === 'message.edit' || frame.type === 'message.delete' || frame.type === 'reaction.add'
}

function valueIn(frame: Command): string {
  if (frame.type === 'message.edit') return frame.content
  return frame.type === 'reaction.add' ? frame.key : ''
}

function framesOf<Frame>(text: string): readonly Frame[] {
  return [JSON.parse(text) as Frame | Frame[]].flat() as Frame[]
}

/** The claim `device` of the token among the protocols. */
function deviceOf(protocols: readonly string[]): string {
  const token = protocols.find(protocol => protocol.startsWith('bearer.'))?.split('.')[2] ?? ''
  return (JSON.parse(Buffer.from(token, 'base64url').toString()) as { device: string }).device
}
