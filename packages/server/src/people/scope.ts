import { assertNever } from '@holdfast/protocol'
import type { PersonLine } from './person-line.ts'
import type { PersonLines, Place } from './shown-person.ts'

/** What an audience is there for: it decides what is told. */
export type Scope =
  /** The readers of a room: they are also told who looks at it. */
  | { readonly kind: 'room'; readonly roomId: string }
  /** A session that has asked for these people. */
  | { readonly kind: 'watch'; readonly sessionId: string }
  /** The sessions of somebody who appears offline: they are told how it really is with themselves. */
  | { readonly kind: 'own' }

/** What is shown of a person; null: nothing yet. */
export function lineOf(scope: Scope, { person: { lines }, farewell }: Place): PersonLine | null {
  if (farewell !== null) return farewell
  if (lines === null) return null
  return scope.kind === 'own' ? lines.own : lines.shown
}

/**
 * What is said of the room that a person looks at, to those who were told up to `told`. Undefined: nothing, since other audiences
 * of a viewer may know more; null: not at this room any more.
 */
export function roomTold(scope: Scope, place: Place, told: number): string | null | undefined {
  switch (scope.kind) {
    case 'room':
      if (place.person.lines?.shown.currentRoom === scope.roomId) return scope.roomId
      return place.leftAt > told ? null : undefined
    case 'watch':
      return undefined
    case 'own':
      return place.person.lines?.own.currentRoom ?? null
    default:
      return assertNever(scope)
  }
}

/** Whether there is anything to tell after a change. */
export function differs(scope: Scope, now: PersonLines, before: PersonLines): boolean {
  switch (scope.kind) {
    case 'room':
      return !now.shown.isSame(before.shown) || isHere(scope, now) !== isHere(scope, before)
    case 'watch':
      return !now.shown.isSame(before.shown)
    case 'own':
      return !now.own.isSame(before.own) || now.own.currentRoom !== before.own.currentRoom
    default:
      return assertNever(scope)
  }
}

/** Whether the person looks at the room of the audience. */
export function isHere(scope: Scope, lines: PersonLines): boolean {
  return scope.kind === 'room' && lines.shown.currentRoom === scope.roomId
}
