/** A server's metrics in Prometheus' text format, by name with labels. */
export type Metrics = ReadonlyMap<string, number>

/** Empty for a server that has none. */
export async function metricsOf(url: string): Promise<Metrics> {
  if (!url.startsWith('http')) return new Map()
  const response = await fetch(`${url}/metrics`)
  if (!response.ok) return new Map()
  const text = await response.text()
  const lines = text.split('\n').flatMap(line => {
    const end = line.lastIndexOf(' ')
    return line.startsWith('holdfast_') && end > 0 ? [[line.slice(0, end), Number(line.slice(end + 1))] as const] : []
  })
  return new Map(lines)
}

/** By how much the metric has grown; 0 where it is not known. */
export function growthOf(before: Metrics, after: Metrics, name: string): number {
  return (after.get(name) ?? 0) - (before.get(name) ?? 0)
}
