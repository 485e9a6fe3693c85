/** A piece of a message: plain words, or an address that may be followed. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

/** Only what names its scheme, and only these two: `javascript:` and the like stay words. */
const CANDIDATE = /\bhttps?:\/\/[^\s<>"'`]+/giu

/** Punctuation that ends a sentence rather than an address. */
const TRAILING = /[.,;:!?*_~]+$/u

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

/** Without the sentence's own punctuation; a closing bracket belongs to the address only if it was opened in it. */
function trimAddress(address: string): string {
  let text = address.replace(TRAILING, '')
  while (/[)\]}]$/u.test(text) && !isBalanced(text)) text = text.slice(0, -1).replace(TRAILING, '')
  return text
}

function isBalanced(text: string): boolean {
  const count = (letters: string) => [...text].filter(letter => letters.includes(letter)).length
  return count('([{') >= count(')]}')
}

function safeHref(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' ? url.href : null
}
