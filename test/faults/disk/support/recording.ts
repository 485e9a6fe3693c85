/** One change of what is on the disk, as a process asked for it. Paths are whole. */
export type Change =
  | { readonly kind: 'folder.made'; readonly path: string }
  | { readonly kind: 'file.made'; readonly path: string }
  | { readonly kind: 'file.gone'; readonly path: string }
  | { readonly kind: 'written'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'cut'; readonly path: string; readonly length: number }
  | { readonly kind: 'synced'; readonly path: string; readonly isDone: boolean }

/** A change with the moment, in milliseconds since 1970, at which it was asked for. */
export interface Recorded {
  readonly atMs: number
  readonly change: Change
}

const CALL = /^(\d+\.\d+) (\w+)\((.*)\) += (-?\d+|\?)/
const HEX = /\\x([0-9a-f]{2})/g
/** What `-y` adds to the path of a descriptor whose file is unlinked. */
const UNLINKED = ' (deleted)'

/**
 * Reads what strace has noted, of all threads, as one list in the order of time.
 *
 * @throws Error for a call on the folder that the model of a disk does not know: nothing is left out silently.
 */
export function changesIn(traces: readonly string[], folder: string): readonly Recorded[] {
  const changes = traces.flatMap(trace => trace.split('\n').flatMap(line => changeIn(line, folder) ?? []))
  return changes.sort((a, b) => a.atMs - b.atMs)
}

function changeIn(line: string, folder: string): Recorded | null {
  const [, at = '', call = '', args = '', result = ''] = CALL.exec(line) ?? []
  const path = decoded((call === 'openat' ? /, "([^"]*)"/ : /^\d*[<"]([^">]*)[">]/).exec(args)?.[1] ?? '')
  if (!path.startsWith(folder) || path.endsWith(UNLINKED)) return null
  const change = changeOf({ call, args, path, result, line })
  return change === null ? null : { atMs: Number(at) * 1_000, change }
}

interface Call {
  readonly call: string
  readonly args: string
  readonly path: string
  readonly result: string
  readonly line: string
}

/** A call under which the process was killed (`?`) has been done in part or in whole: a write may be there, a sync does not count. */
function changeOf({ call, args, path, result, line }: Call): Change | null {
  const hasFailed = result === '-1'
  if (call === 'fsync' || call === 'fdatasync') {
    return result === '?' ? null : { kind: 'synced', path, isDone: !hasFailed }
  }
  if (hasFailed) return null
  switch (call) {
    case 'openat':
      return args.includes('O_CREAT') ? { kind: 'file.made', path } : null
    case 'mkdir':
      return { kind: 'folder.made', path }
    case 'unlink':
      return { kind: 'file.gone', path }
    case 'ftruncate':
      return { kind: 'cut', path, length: Number(/, (\d+)$/.exec(args)?.[1]) }
    case 'pwrite64':
      return written(path, args, result)
    default:
      throw new Error(`unable to read the trace; ${call} is not known: ${line.slice(0, 200)}`)
  }
}

function written(path: string, args: string, result: string): Change {
  const [, hex, count, offset] = /, "((?:\\x[0-9a-f]{2})*)", (\d+), (\d+)$/.exec(args) ?? []
  const data = Buffer.from((hex ?? '').replaceAll('\\x', ''), 'hex')
  if (data.length !== Number(count)) throw new Error(`unable to read the trace; a write of ${count} bytes is cut off`)
  return {
    kind: 'written',
    path,
    offset: Number(offset),
    data: result === '?' ? data : data.subarray(0, Number(result)),
  }
}

function decoded(text: string): string {
  return text.replace(HEX, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
