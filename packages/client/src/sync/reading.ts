import { assertNever, type DetachCode, type Refusal } from '@holdfast/protocol'
import type { EndCode, Hole, SyncState } from './sync-state.ts'

/** A subscription's state in the words that an application is shown. */
export interface ReadingOfRoom {
  readonly status: 'closed' | 'joining' | 'catching-up' | 'live' | 'refused' | 'detached'
  readonly refusal: Refusal | null
  readonly detachCode: DetachCode | null
  readonly gap: Hole | null
}

const NOTHING = { refusal: null, detachCode: null, gap: null }

/** What an application is told of `state`. */
export function readingOf(state: SyncState): ReadingOfRoom {
  switch (state.kind) {
    case 'closed':
    case 'live':
      return { ...NOTHING, status: state.kind }
    case 'detached':
      return { ...NOTHING, status: 'joining' }
    case 'joining':
    case 'catching-up':
      return { ...NOTHING, status: state.kind, gap: state.hole }
    case 'pausing':
      return { ...NOTHING, status: 'joining', gap: state.hole }
    case 'refused':
      return { ...NOTHING, status: 'refused', refusal: state.refusal }
    case 'removed':
      return { ...NOTHING, status: 'detached', detachCode: state.code, refusal: refusalOf(state.code) }
    default:
      return assertNever(state)
  }
}

function refusalOf(code: EndCode): Refusal {
  return {
    code: code === 'deleted' ? 'not_found' : 'forbidden',
    message: `unable to read the room; it was ended: ${code}`,
  }
}
