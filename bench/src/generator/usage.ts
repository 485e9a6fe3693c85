import { readdirSync, readFileSync } from 'node:fs'

/** `USER_HZ`: the unit of processor times in /proc, 100 on every Linux of today. */
const TICKS_A_SECOND = 100
const BYTES_A_KB = 1_024

/** What a process has used so far: its threads together. Zeros once it is gone, and where there is no /proc. */
export interface Usage {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** Of these processes together. */
export function usageOf(pids: readonly number[]): Usage {
  const each = pids.map(one)
  const sum = (figure: (usage: Usage) => number) => each.reduce((total, usage) => total + figure(usage), 0)
  return { cpuSeconds: sum(usage => usage.cpuSeconds), residentBytes: sum(usage => usage.residentBytes) }
}

/** The process and all that it has started, which PostgreSQL does for each connection. */
export function familyOf(pid: number): readonly number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap(thread => {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    })
    return [pid, ...children.flatMap(familyOf)]
  } catch {
    return []
  }
}

/** What each thread of a process has used of the processors so far, in seconds, by its number. Empty once it is gone, and where there is no /proc. */
export function threadUsage(pid: number): ReadonlyMap<number, number> {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map(Number)
    return new Map(threads.map(thread => [thread, cpuSecondsOfThread(pid, thread)]))
  } catch {
    return new Map()
  }
}

/** Zero for a thread that has ended meanwhile. */
function cpuSecondsOfThread(pid: number, thread: number): number {
  try {
    return cpuSecondsOf(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))
  } catch {
    return 0
  }
}

/** User's and system's time in a `stat` of /proc. The name stands there in parentheses and may hold anything; what follows is numbers from the third field on. */
export function cpuSecondsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
  const USER = 11
  const SYSTEM = 12
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_A_SECOND
}

function one(pid: number): Usage {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return {
      cpuSeconds: cpuSecondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')),
      residentBytes: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * BYTES_A_KB,
    }
  } catch {
    return { cpuSeconds: 0, residentBytes: 0 }
  }
}
