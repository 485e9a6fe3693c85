import type { DetachCode, Refusal } from '@holdfast/protocol'
import type { EndCode, Hole, SyncState } from './sync-state.ts'

/** A subscription's state in the words that an application is shown. */
export interface ReadingOfRoom {
  readonly status: 'closed' | 'joining' | 'catching-up' | 'live' | 'refused' | 'detached'
  readonly refusal: Refusal | null
  readonly detachCode: DetachCode | null
  readonly gap: Hole | null
}

/** What an application is told of `state`. */
export function readingOf(state: SyncState): ReadingOfRoom {
  const gap = 'hole' in state ? state.hole : null
  const none = { refusal: null, detachCode: null, gap }
  switch (state.kind) {
    case 'detached':
    case 'pausing':
      return { ...none, status: 'joining' }
    case 'refused':
      return { ...none, status: state.kind, refusal: state.refusal }
    case 'removed':
      return { ...none, status: 'detached', detachCode: state.code, refusal: refusalOf(state.code) }
    default:
      // The others have the same names: one that had not would not compile.
      return { ...none, status: state.kind }
  }
}

function refusalOf(code: EndCode): Refusal {
  return {
    code: code === 'deleted' ? 'not_found' : 'forbidden',
    message: `unable to read; it was ended: ${code}`,
  }
}
