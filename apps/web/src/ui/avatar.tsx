import type { ReactNode } from 'react'

/** How many tints the styles know. */
const TINTS = 8

/** A person's initials on a tint of their own. Decoration: the name stands beside it. */
export function Avatar({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  return (
    <span className="hf-avatar" data-tint={tintOf(id)} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}

/** The same tint for the same id everywhere: a small stable hash (djb2). */
export function tintOf(id: string): number {
  let hash = 5381
  for (const char of id) hash = (hash * 33 + (char.codePointAt(0) ?? 0)) >>> 0
  return hash % TINTS
}

/** First letters of the first and last word; whole letters, also outside the basic plane. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = [...(words[0] ?? '')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toLocaleUpperCase()
}
