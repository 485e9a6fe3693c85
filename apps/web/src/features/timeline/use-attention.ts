import { useSyncExternalStore } from 'react'
import { isAttended, onAttention } from '../../platform/browser.ts'

/** Whether somebody is looking at this window now. */
export function useAttention(): boolean {
  return useSyncExternalStore(onAttention, isAttended)
}
