import type { Stock } from '../scenarios/stock.ts'
import type { Group, Job } from './group.ts'
import type { Scale } from './scale.ts'

const WRITERS = 64
/** Each point is measured once: what is looked for is a curve that rises, over all of its points. */
const ROUNDS = 1

/** Rooms that hold as many messages as anything of the plan asks for, all in one database, which so is filled once. */
export function stockOf({ history, growth: grow }: Scale): Stock {
  return { messages: [...new Set([history.small, history.large, ...grow.history])], writers: WRITERS }
}

/** What each message, connection or room costs as the others grow. */
export function growth(scale: Scale): readonly Group[] {
  const { rooms, members, history, connections } = scale.growth
  const stock = stockOf(scale)
  return [
    against(scale, 'rooms', 'rooms', 'Writers send to as many rooms in turn.', rooms, n => ({ rooms: n })),
    against(scale, 'members', 'members of the room', 'One room with so many members.', members, n => ({ members: n })),
    against(
      scale,
      'history',
      'messages in the room before',
      'One room that holds so much already, in a database that holds all of these rooms.',
      history,
      n => ({ history: n }),
      { stock },
    ),
    against(
      scale,
      'connections',
      'idle connections',
      'So many idle readers of other rooms are connected.',
      connections,
      n => ({ idle: n }),
    ),
  ]
}

function against(
  { ms, warmMs }: Scale,
  id: string,
  what: string,
  about: string,
  values: readonly number[],
  change: (n: number) => object,
  more: Pick<Job, 'stock'> = {},
): Group {
  const cost = { figure: 'cpuUsPerMessage', label: 'processor time a message', unit: 'µs' }
  const usual = { writers: WRITERS, rooms: 1, members: 0, history: 0, idle: 0, ms, warmMs }
  return {
    id: `growth-${id}`,
    title: `Cost of a message against ${what}`,
    about: `${about} ${WRITERS} writers, processor time of the server for each acknowledged message.`,
    columns: [
      cost,
      { figure: 'perSecond', label: 'acknowledged', unit: '/s' },
      { figure: 'p50Ms', label: 'p50', unit: 'ms' },
    ],
    more: false,
    plot: { kind: 'lines', column: cost, xLabel: what, isFromZero: true },
    rounds: ROUNDS,
    jobs: values.map(n => ({
      label: `${what}: ${n.toLocaleString('en')}`,
      x: n,
      peers: ['holdfast'],
      spec: { scenario: 'durable-sends', parameters: { ...usual, ...change(n) } },
      ...more,
    })),
  }
}
