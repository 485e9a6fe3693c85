import type { OpenTabChannel } from './idle-detector.ts'
import type { ActivitySource } from './idle-options.ts'

/** What a browser knows of its person; elsewhere nothing. */

const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const

/** Input to this page; null where there is none. */
export function browserActivity(): ActivitySource | null {
  const { window, document } = globalThis
  if (window === undefined || document === undefined) return null
  return {
    watch(onActivity) {
      const stopping = new AbortController()
      const { signal } = stopping
      for (const type of INPUT) window.addEventListener(type, onActivity, { signal, passive: true, capture: true })
      document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && onActivity(), {
        signal,
      })
      return () => stopping.abort()
    },
  }
}

/** A channel between all tabs of this browser that know `name`; where there are no tabs, to nobody. */
export function tabChannel(name: string): OpenTabChannel {
  return onPost => {
    if (globalThis.document === undefined || globalThis.BroadcastChannel === undefined)
      return { post: () => {}, close: () => {} }
    const channel = new BroadcastChannel(name)
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'number') onPost(data)
    })
    return { post: at => channel.postMessage(at), close: () => channel.close() }
  }
}

/** What others are told that this person is on, as their pointer tells; nothing where there is no page. */
export function browserDevice(): { readonly device?: string } {
  const coarse = globalThis.window?.matchMedia?.('(pointer: coarse)')
  return coarse === undefined ? {} : { device: coarse.matches ? 'mobile' : 'desktop' }
}
