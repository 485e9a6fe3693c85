import { WAIT_MS } from './limits.ts'

/** `promise`, or a failure that names what did not come within `ms`. `describe` is asked only then. */
export async function bounded<T>(promise: Promise<T>, describe: () => string, ms: number = WAIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain for ${describe()}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Pause between two looks of `eventually`, in milliseconds. */
const LOOK_MS = 50

/** Looks again and again until `look` gives something but `undefined`; for states that no frame announces. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  what: string | (() => string),
  ms: number = WAIT_MS,
): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${typeof what === 'string' ? what : what()}`)
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  }
}
