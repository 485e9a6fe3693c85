/**
 * Everything the set-up says has this shape, so that it stands apart from what the tools print.
 *
 * @param {string} text
 */
export function say(text) {
  console.log(`holdfast: ${text}`)
}

/** A problem the reader can solve: shown as one line without a stack. `detail` (a tool's output) is shown above it. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {string} detail
   */
  constructor(message, detail = '') {
    super(message)
    this.detail = detail
  }
}

/**
 * Shows what a tool printed, then the one line.
 *
 * @param {SetupError} error
 */
export function complain(error) {
  if (error.detail) console.error(error.detail.trimEnd())
  console.error(`holdfast: ${error.message}`)
}

/**
 * Runs a command's main function; a `SetupError` ends the process with its line and exit code 1.
 *
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    complain(error)
    process.exitCode = 1
  }
}

/**
 * `1.2 s`, or `340 ms` below one second.
 *
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
