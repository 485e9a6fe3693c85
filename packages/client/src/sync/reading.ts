import { assertNever, type DetachCode, type Refusal } from '@holdfast/protocol'
import type { Hole, SyncState } from './sync-state.ts'

/** A subscription's state in the words that an application is shown. */
export interface ReadingOfRoom {
  readonly status: 'closed' | 'joining' | 'catching-up' | 'live' | 'refused' | 'detached'
  readonly refusal: Refusal | null
  readonly detachCode: DetachCode | null
  readonly gap: Hole | null
}

/** What an application is told of `state`. */
export function readingOf(state: SyncState): ReadingOfRoom {
  switch (state.kind) {
    case 'closed':
      return { status: 'closed', refusal: null, detachCode: null, gap: null }
    case 'detached':
      return { status: 'joining', refusal: null, detachCode: null, gap: null }
    case 'joining':
    case 'catching-up':
      return { status: state.kind, refusal: null, detachCode: null, gap: state.hole }
    case 'pausing':
      return { status: 'joining', refusal: null, detachCode: null, gap: state.hole }
    case 'live':
      return { status: 'live', refusal: null, detachCode: null, gap: null }
    case 'refused':
      return { status: 'refused', refusal: state.refusal, detachCode: null, gap: null }
    case 'removed':
      return { status: 'detached', refusal: refusalOf(state.code), detachCode: state.code, gap: null }
    default:
      return assertNever(state)
  }
}

function refusalOf(code: DetachCode): Refusal {
  switch (code) {
    case 'lagging':
      return { code: 'unavailable', message: 'unable to keep up with the room' }
    case 'kicked':
      return { code: 'forbidden', message: 'unable to read the room; you were removed from it' }
    case 'banned':
      return { code: 'forbidden', message: 'unable to read the room; you are banned from it' }
    case 'left':
      return { code: 'forbidden', message: 'unable to read the room; you have left it' }
    case 'deleted':
      return { code: 'not_found', message: 'unable to read the room; it was deleted' }
    case 'forbidden':
      return { code: 'forbidden', message: 'unable to read the room; you may not read it any more' }
    default:
      return assertNever(code)
  }
}
