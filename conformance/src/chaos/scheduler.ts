/** Time as the proxy needs it, handed in so that tests hold it still. */
export interface Scheduler {
  /** Calls `run` once, `ms` milliseconds from now, unless the function returned is called before. */
  after(ms: number, run: () => void): () => void
}

/** The real time. */
export const systemScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
export function pause(scheduler: Scheduler, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const stop = () => {
      cancel()
      resolve()
    }
    const cancel = scheduler.after(ms, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}
