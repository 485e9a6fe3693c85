import { type DownFrame, decodeDown, parseJson, type UpFrame } from '@holdfast/protocol'

/** So many of the latest messages are not read again: what a node sends is heard soon, and often by several. */
const REMEMBERED = 64
const remembered = new Map<string, readonly DownFrame[]>()

/** What a node has sent. Nobody may change it. */
export function framesDown(text: string): readonly DownFrame[] {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const frames = decodeDown(text) ?? []
  remembered.set(text, frames)
  const [oldest] = remembered.keys()
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  return frames
}

/** What a client of ours has sent. */
export function framesOf(text: string): readonly UpFrame[] {
  const parsed = parseJson(text)
  if (!parsed.ok) return []
  return (Array.isArray(parsed.value) ? parsed.value : [parsed.value]) as UpFrame[]
}
