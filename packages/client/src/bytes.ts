const encoder = new TextEncoder()

/** The bytes that `text` takes as UTF-8. The platform's own encoder counts: it weighs nothing here. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length
}
