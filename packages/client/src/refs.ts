/** Makes names for commands: no two are the same, in whatever session they are sent. */
export function refMaker(): () => string {
  let last = 0
  return () => `r${++last}`
}
