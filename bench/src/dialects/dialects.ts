import { centrifugo } from './centrifugo.ts'
import type { Dialect } from './dialect.ts'
import { holdfast, holdfastDeflated } from './holdfast.ts'
import { nats } from './nats.ts'
import { plainWs } from './plain-ws.ts'
import { socketio } from './socketio.ts'

/** The servers that the generator can speak with. To add one: a file beside these, and a line here. */
export const DIALECTS = {
  holdfast,
  'holdfast-deflated': holdfastDeflated,
  socketio,
  ws: plainWs,
  centrifugo,
  nats,
} satisfies Record<string, (url: string) => Dialect>

export type DialectName = keyof typeof DIALECTS
