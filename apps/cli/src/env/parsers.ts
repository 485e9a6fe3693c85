import * as v from 'valibot'

/** How the text of an environment variable becomes a value. Every message completes "<NAME> …". */

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return v.picklist(words, `must be one of ${words.join(', ')}`)
}

/** A whole number in a range. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  )
}

/** A number that may have decimals, 0 or more. */
export function amount(max: number) {
  const message = `must be a number from 0 to ${max}`
  return v.pipe(v.string(), v.regex(/^\d{1,15}(\.\d{1,6})?$/, message), v.transform(Number), v.maxValue(max, message))
}

/** Any text but none: a variable that is set to nothing is more often a mistake than a wish. */
export function text() {
  return v.pipe(v.string(), v.nonEmpty('must not be empty (unset it to use the default)'))
}

/** The address of something on the web. */
export function webUrl() {
  return v.pipe(
    v.string(),
    v.check(url => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), 'must be an http:// or https:// URL'),
  )
}

/** Origins separated by commas; an empty list is one. */
export function originList() {
  return v.pipe(
    v.string(),
    v.transform(list => list.split(',').flatMap(item => item.trim() || [])),
    v.everyItem(isOrigin, 'must be origins such as https://app.example.com, separated by commas'),
  )
}

/** Something that this version cannot do: setting it must not be taken for having it. */
export function notSupported(instead: string) {
  return v.pipe(
    v.string(),
    v.check((_value): _value is never => false, `is not supported yet; ${instead}`),
  )
}

function isOrigin(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { host, protocol } = new URL(text)
  return text.toLowerCase() === `${protocol}//${host}`
}
