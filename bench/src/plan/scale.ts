/** How much of everything is measured. A whole run of three rounds takes about half an hour. */
export interface Scale {
  /** How long a load is measured, and how long before that it runs unmeasured. */
  readonly ms: number
  readonly warmMs: number
  readonly writers: readonly number[]
  readonly subscribers: readonly number[]
  /** How long messages are sent at a fixed rate. */
  readonly latencyMs: number
  readonly storm: { readonly connections: number; readonly rooms: number }
  readonly idle: { readonly connections: number; readonly rooms: number }
  /** Messages of the small and of the large room. */
  readonly history: { readonly small: number; readonly large: number; readonly pages: number }
  readonly presence: number
  /** Messages that a client holds of a room. */
  readonly held: readonly number[]
  readonly growth: {
    readonly rooms: readonly number[]
    readonly members: readonly number[]
    readonly history: readonly number[]
    readonly connections: readonly number[]
  }
}

/** What the goals are stated for. */
export const FULL: Scale = {
  ms: 3_000,
  warmMs: 1_500,
  writers: [1, 16, 64, 256],
  subscribers: [10, 100, 1_000, 5_000],
  latencyMs: 8_000,
  storm: { connections: 9_000, rooms: 90 },
  idle: { connections: 10_000, rooms: 100 },
  history: { small: 1_000, large: 1_000_000, pages: 250 },
  presence: 1_000,
  held: [1_000, 100_000],
  growth: {
    rooms: [1, 10, 100, 1_000],
    members: [10, 1_000, 5_000],
    history: [1_000, 10_000, 100_000, 1_000_000],
    connections: [100, 1_000, 10_000],
  },
}

/** A look in a few minutes, at smaller numbers: to see that all of it works, and where a change leads. */
export const QUICK: Scale = {
  ms: 1_500,
  warmMs: 700,
  writers: [1, 64],
  subscribers: [10, 1_000],
  latencyMs: 3_000,
  storm: { connections: 2_000, rooms: 20 },
  idle: { connections: 2_000, rooms: 20 },
  history: { small: 1_000, large: 50_000, pages: 100 },
  presence: 300,
  held: [1_000, 10_000],
  growth: { rooms: [1, 100], members: [10, 1_000], history: [1_000, 20_000], connections: [100, 2_000] },
}
