import { isStorableText, type Refusal, utf8Length } from '@holdfast/protocol'

/** Why `content` cannot be a message's text; null when it can. A message without attachment says something. */
export function refusalOfContent(content: string, contentBytes: number): Refusal | null {
  if (utf8Length(content) > contentBytes) {
    return { code: 'too_large', message: `unable to take the message; it is longer than ${contentBytes} bytes` }
  }
  if (!isStorableText(content)) {
    return { code: 'bad_request', message: 'unable to take the message; it holds U+0000 or half a surrogate pair' }
  }
  if (content.trim() === '') return { code: 'bad_request', message: 'unable to take the message; it is empty' }
  return null
}
