import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A strace that `npm test` has found, or the one on the path. */
const STRACE = process.env.STRACE ?? 'strace'
/** Nothing is written in one call that is longer; more would be cut off, which reading the trace notices. */
const LONGEST_WRITE = 1024 * 1024
/** All by which Node and SQLite change what is in a folder. The index of the write-ahead log is mapped, but never read back. */
const WRITES = 'openat,mkdir,pwrite64,pwritev,ftruncate,fallocate,fsync,fdatasync,unlink,unlinkat,rename,renameat'

/** How a server's process is followed. */
export interface Follow {
  /** The command that the server's own is appended to. The process that it becomes is the server; strace is beside it. */
  readonly command: readonly string[]
  /** Where strace writes, one file a thread. */
  readonly trace: string
}

/** Notes every change of a folder with what was written, in order, with its moment; with a fault, too, whatever file it is on. */
export function recorded(trace: string, fault?: Omit<Fault, 'file'>): Follow {
  const how = ['-ff', '-ttt', '-y', '-xx', '-s', String(LONGEST_WRITE), '-e', `trace=${WRITES}`]
  const inject = fault === undefined ? [] : ['-e', injection(fault)]
  return { trace, command: [STRACE, '-D', ...speed(fault), ...how, ...inject, '-o', trace] }
}

/** Which system call on which file goes wrong, and how. */
export interface Fault {
  readonly call: 'fsync' | 'pwrite64' | 'ftruncate' | 'unlink' | 'openat'
  readonly file: string
  /** `EIO`, `ENOSPC`: the call is not done and fails; `SIGKILL`: the process is killed in it. */
  readonly what: 'EIO' | 'ENOSPC' | 'SIGKILL'
  /** Which of the calls, from 1: `5`, `5+` for all from there on, `5..9`. */
  readonly when: string
}

/** Puts a fault in. Only calls on that file are followed. */
export function injected(trace: string, fault: Fault): Follow {
  const how = ['-P', fault.file, '-e', `trace=${fault.call}`, '-e', injection(fault)]
  return { trace, command: [STRACE, '-D', '-ff', ...speed(fault), ...how, '-o', trace] }
}

function injection({ call, what, when }: Omit<Fault, 'file'>): string {
  return `inject=${call}:${what === 'SIGKILL' ? 'signal=SIGKILL' : `error=${what}`}:when=${when}`
}

/** With it calls that are not followed cost nothing; but a signal cannot be put in then. */
function speed(fault?: Omit<Fault, 'file'>): readonly string[] {
  return fault?.what === 'SIGKILL' ? [] : ['--seccomp-bpf']
}

/** The trace's files, or null while strace still writes: a thread's last line says how it ended. */
export function finished(trace: string): readonly string[] | null {
  const all = filesOf(trace).map(file => readFileSync(file, 'latin1'))
  return all.length > 0 && all.every(text => text.trimEnd().endsWith('+++')) ? all : null
}

/** How many of the calls had the fault so far. */
export function faultsIn(trace: string): number {
  return filesOf(trace).reduce((sum, file) => sum + readFileSync(file, 'latin1').split('(INJECTED)').length - 1, 0)
}

/** Whether a thread one of whose calls had the fault has done such a call since. */
export function isDoneSince(trace: string): boolean {
  return filesOf(trace).some(file => {
    const text = readFileSync(file, 'latin1')
    const last = text.lastIndexOf('(INJECTED)')
    return last >= 0 && /\) += \d+$/m.test(text.slice(last))
  })
}

function filesOf(trace: string): readonly string[] {
  const folder = dirname(trace)
  return readdirSync(folder)
    .filter(name => name.startsWith(`${basename(trace)}.`))
    .map(name => join(folder, name))
}
