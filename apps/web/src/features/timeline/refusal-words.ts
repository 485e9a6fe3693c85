import type { ErrorCode, Refusal } from '@holdfast/protocol'

const WORDS: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'the server did not accept it',
  unauthorized: 'your sign-in is no longer valid',
  forbidden: 'you are not a member of this room',
  not_found: 'the room or the message it answers no longer exists',
  conflict: 'another message was sent under the same name',
  too_large: 'it is too long',
  rate_limited: 'you are sending too fast',
  muted: 'you are muted in this room',
  out_of_order: 'an earlier message has to go first',
  unavailable: 'the server cannot store it right now',
  unsupported: 'the server does not support it',
}

/** Why a message was not sent, as the end of a sentence. */
export function refusalWords(refusal: Refusal | null): string {
  return refusal === null ? 'something went wrong' : WORDS[refusal.code]
}
