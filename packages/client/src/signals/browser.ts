import type { OpenTabChannel } from './idle-detector.ts'
import type { ActivitySource } from './idle-options.ts'

/** What a browser knows of its person; elsewhere nothing. */

const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'visibilitychange', 'focus'] as const

/** Input to this page; null where there is none. */
export function browserActivity(): ActivitySource | null {
  const { window, document } = globalThis
  if (window === undefined || document === undefined) return null
  return {
    watch(onActivity) {
      const stopping = new AbortController()
      const { signal } = stopping
      const touch = () => document.visibilityState === 'visible' && onActivity()
      // The focus of an element inside is no input: pages give it back by themselves when they draw anew.
      for (const type of INPUT)
        window.addEventListener(type, touch, { signal, passive: true, capture: type !== 'focus' })
      return () => stopping.abort()
    },
  }
}

/** A channel between all tabs of this browser that know `name`; where there are no tabs, to nobody. */
export function tabChannel(name: string): OpenTabChannel {
  return onPost => {
    const channel = channelOf(name)
    channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'number') onPost(data)
    })
    return { post: at => channel?.postMessage(at), close: () => channel?.close() }
  }
}

/** Undefined where there is no page, and in browsers that have none or do not grant one (cookies blocked, in Firefox). */
function channelOf(name: string): BroadcastChannel | undefined {
  try {
    return globalThis.document && new BroadcastChannel(name)
  } catch {
    return undefined
  }
}

/** What others are told that this person is on, as their pointer tells; nothing where there is no page. */
export function browserDevice(): { readonly device?: string } {
  const coarse = globalThis.window?.matchMedia?.('(pointer: coarse)')
  return coarse === undefined ? {} : { device: coarse.matches ? 'mobile' : 'desktop' }
}
