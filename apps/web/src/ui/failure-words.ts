import { HoldfastError } from '@holdfast/client'

/** Why something came to nothing, as a sentence for the person at the screen. */
export function failureWords(cause: unknown): string {
  if (cause instanceof HoldfastError && (cause.code === 'unavailable' || cause.code === 'timeout')) {
    return 'The server cannot be reached right now. Try again in a moment.'
  }
  const words = cause instanceof Error ? cause.message : String(cause)
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}
