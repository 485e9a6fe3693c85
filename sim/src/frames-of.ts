import { parseJson, type UpFrame } from '@holdfast/protocol'

/** What a client of ours has sent. */
export function framesOf(text: string): readonly UpFrame[] {
  const parsed = parseJson(text)
  if (!parsed.ok) return []
  return (Array.isArray(parsed.value) ? parsed.value : [parsed.value]) as UpFrame[]
}
