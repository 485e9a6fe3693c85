/** From a value to its place on an axis, and the values that have a mark there. */
export interface Scale {
  at(value: number): number
  readonly ticks: readonly number[]
}

const FEW = 3

/** An axis from zero to a round value above all. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const most = Math.max(Number.MIN_VALUE, ...values.filter(Number.isFinite))
  const rough = 10 ** Math.floor(Math.log10(most))
  const step = [rough / 5, rough / 2, rough].find(each => most / each <= MOST_STEPS) ?? rough * 2
  const steps = Math.ceil(most / step - 1e-9)
  return {
    at: value => from + (value / (steps * step)) * (to - from),
    ticks: Array.from({ length: steps + 1 }, (_, i) => i * step),
  }
}

const MOST_STEPS = 6

/**
 * A logarithmic axis. Values not above zero have no place and are put at its start. Its marks are the powers of ten on it; with few of those,
 * their twos and fives too.
 */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter(value => value > 0 && Number.isFinite(value))
  const least = Math.log10(Math.min(...positive))
  const most = Math.log10(Math.max(...positive))
  const low = Math.floor(least * 2 + 1e-9) / 2
  const high = Math.max(low + 1, Math.ceil(most * 2 - 1e-9) / 2)
  const at = (value: number) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from)
  return { at, ticks: ticksOf(low, high) }
}

function ticksOf(low: number, high: number): readonly number[] {
  const decades = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i)
  const steps = high - low < FEW ? [1, 2, 5] : [1]
  const isOnAxis = (value: number) => value >= 10 ** low * (1 - 1e-9) && value <= 10 ** high * (1 + 1e-9)
  return decades.flatMap(decade => steps.map(step => step * 10 ** decade)).filter(isOnAxis)
}
