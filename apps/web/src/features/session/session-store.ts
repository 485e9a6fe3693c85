import { useSyncExternalStore } from 'react'
import { readStored, writeStored } from '../../platform/browser.ts'
import { forgetDrafts } from '../composer/kept-drafts.ts'
import { claimsOf } from './token-claims.ts'

/** Who is signed in on this device. */
export interface Session {
  readonly token: string
  /** What the person is called until the server says it. */
  readonly name: string
  /** How the person wishes to be seen from this device; left out: as somebody who is there or not. */
  readonly wish?: Wish
}

/** A status that is kept until another is chosen. */
export type Wish = 'away' | 'busy'

const KEY = 'holdfast.session'

const listeners = new Set<() => void>()
let current: Session | null = parse(readStored(KEY))

function parse(stored: string | null): Session | null {
  if (stored === null) return null
  try {
    const value: unknown = JSON.parse(stored)
    if (typeof value !== 'object' || value === null) return null
    const { token, name, wish } = value as Partial<Record<keyof Session, unknown>>
    if (typeof token !== 'string' || typeof name !== 'string') return null
    return { token, name, ...((wish === 'away' || wish === 'busy') && { wish }) }
  } catch {
    return null
  }
}

function show(session: Session | null): void {
  current = session
  for (const listener of listeners) listener()
}

/** Another tab signed in or out, or chose how to be seen: this one follows. */
function follow(event: StorageEvent): void {
  if (event.key === KEY || event.key === null) show(parse(readStored(KEY)))
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', follow)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('storage', follow)
  }
}

/** The session of this device, or null. */
export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, () => current)
}

/** Remembers `session` on this device; null forgets it. What somebody has begun to write goes when they do. */
export function setSession(session: Session | null): void {
  if (session === null || current === null || !isSamePerson(session, current)) forgetDrafts()
  writeStored(KEY, session === null ? null : JSON.stringify(session))
  show(session)
}

/** A token that does not say whose it is stands for itself alone. */
function isSamePerson({ token }: Session, before: Session): boolean {
  const { sub } = claimsOf(token)
  return token === before.token || (sub !== null && sub === claimsOf(before.token).sub)
}

/** Remembers how the person of this device wishes to be seen, in all of its tabs and after a reload; null: no such wish. */
export function setWish(wish: Wish | null): void {
  if (current === null) return
  const { token, name } = current
  setSession({ token, name, ...(wish !== null && { wish }) })
}
