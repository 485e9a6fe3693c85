/** From a value to its place on a logarithmic axis. Values not above zero have none and are put at its start. */
export interface LogScale {
  at(value: number): number
  /** The powers of ten on it; with few of those, their twos and fives too. */
  readonly ticks: readonly number[]
}

const FEW = 3

export function logScale(values: readonly number[], from: number, to: number): LogScale {
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
