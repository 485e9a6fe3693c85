/** Those of Node and of browsers, taken before a test puts fake timers in their place: turns go on passing then. */
const timer = globalThis.setTimeout
const { setImmediate: immediate } = globalThis as { setImmediate?: (task: () => void) => unknown }

/** As many turns of the event loop as an answer takes at most: it is asked for, read, and acted on. */
const TURNS = 3

/** Lets everything that waits for nothing but its turn have it: promises, and answers of the fake server. No time passes. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise<void>(resolve => {
      if (immediate === undefined) timer(resolve, 0)
      else immediate(resolve)
    })
  }
}
