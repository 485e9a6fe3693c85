const LOOK_EVERY_MS = 10
const AT_MOST_MS = 60_000

/**
 * Waits until `look` has an answer.
 *
 * @throws Error that says what was waited for, when it takes too long.
 */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + AT_MOST_MS
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<Exclude<T, false>>
    if (Date.now() > end) throw new Error(`unable to go on; ${what} did not come about`)
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
