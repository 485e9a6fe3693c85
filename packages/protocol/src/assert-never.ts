/**
 * The end of an exhaustive `switch`: a variant that nobody decided does not compile.
 *
 * @throws Error when a value outside the type reaches it at run time.
 */
export function assertNever(value: never): never {
  throw new Error(`unable to continue; unexpected value ${JSON.stringify(value)}`)
}
