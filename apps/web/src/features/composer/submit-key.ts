import type { KeyboardEvent } from 'react'
import { isTouch } from '../../platform/browser.ts'

/** The code that a key has while an input method takes it; Safari reports it after the composition has ended. */
const IME_KEY_CODE = 229

/** Enter sends, Shift+Enter breaks the line; on touch Enter breaks it too, and while an input method is at work it is the method's. */
export function isSubmitKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey) return false
  if (event.nativeEvent.isComposing || event.keyCode === IME_KEY_CODE) return false
  return !isTouch()
}
