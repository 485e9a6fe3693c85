/** Something that whoever runs the command can put right. Its message is the one line that they see. */
export class CommandFailure extends Error {}

/** Any error as one line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\s*[\r\n]+\s*/g, '; ')
}

/** Whether `error` carries the given code of the operating system. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
