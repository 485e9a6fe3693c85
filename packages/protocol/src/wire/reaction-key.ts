import * as v from 'valibot'
import { MAX_REACTION_KEY_BYTES } from '../limits.ts'
import { isStorableText, utf8Length } from '../utf8.ts'

/** Names that objects inherit or treat specially: as a key of `reactions` they could change what a careless reader's object is. */
const SPECIAL = new Set(['__proto__', 'prototype', 'constructor'])

/** What somebody reacts with: usually an emoji; 1–64 bytes of UTF-8. */
export const reactionKeySchema = v.pipe(
  v.string(),
  v.check(
    key => key.length > 0 && utf8Length(key) <= MAX_REACTION_KEY_BYTES && isStorableText(key) && !SPECIAL.has(key),
    'must be 1–64 bytes and no reserved name',
  ),
)
