/**
 * The number of bytes that `text` takes as UTF-8. All sizes of the contract are counted so.
 * A lone surrogate counts as three bytes: that of the replacement character which an encoder writes for it.
 */
export function utf8Length(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if (isLeadSurrogate(unit) && isTrailSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4
      i++
    } else bytes += 3
  }
  return bytes
}

/**
 * Whether `text` is something that every store and every reader gives back as it was: well-formed UTF-16
 * (a lone surrogate becomes another character on its way through UTF-8) and without U+0000 (PostgreSQL's `text` cannot hold it).
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** `text` made storable: lone surrogates become U+FFFD, U+0000 is dropped. */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}

function isLeadSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/** `NaN`, which `charCodeAt` gives past the end, is none. */
function isTrailSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
