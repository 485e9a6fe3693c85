/** A piece of a message: plain words, or an address that may be followed. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

/** Only what names its scheme, and only these two: `javascript:` and the like stay words. */
const CANDIDATE = /\bhttps?:\/\/[^\s<>"'`]+/giu

/** Punctuation that ends a sentence rather than an address. */
const TRAILING = '.,;:!?*_~'
const OPENERS = '([{'
const CLOSERS = ')]}'

/**
 * Splits `content` into words and http(s) links. Joined again the parts are the content, letter for letter. What a browser
 * would not parse as a URL, or what carries a user name (`https://bank.example@evil.example`), stays words.
 */
export function linkify(content: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of content.matchAll(CANDIDATE)) {
    const text = trimAddress(match[0])
    const href = safeHref(text)
    if (href === null) continue
    if (match.index > from) parts.push({ kind: 'text', text: content.slice(from, match.index) })
    parts.push({ kind: 'link', text, href })
    from = match.index + text.length
  }
  if (from < content.length) parts.push({ kind: 'text', text: content.slice(from) })
  return parts
}

/**
 * Without the sentence's own punctuation; a closing bracket belongs to the address only if it was opened in it. One pass
 * from the end, so that no message, however it is made, takes long.
 */
function trimAddress(address: string): string {
  let surplus = count(address, CLOSERS) - count(address, OPENERS)
  let end = address.length
  for (; end > 0; end--) {
    const last = address.charAt(end - 1)
    const isSurplus = surplus > 0 && CLOSERS.includes(last)
    if (isSurplus) surplus -= 1
    else if (!TRAILING.includes(last)) break
  }
  return address.slice(0, end)
}

function count(text: string, letters: string): number {
  let found = 0
  for (const letter of text) if (letters.includes(letter)) found += 1
  return found
}

function safeHref(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' ? url.href : null
}
